/*
 * The load: subscribers that count what they receive, and publishers that post prepared requests, in one thread on epoll.
 *
 *   generator PORT hold    SUBSCRIBERS
 *   generator PORT fanout  SUBSCRIBERS IN_FLIGHT WARMUP_MS WINDOW_MS REQUESTS
 *   generator PORT publish SUBSCRIBERS IN_FLIGHT WARMUP_MS WINDOW_MS REQUESTS
 *
 * hold     All subscribe to the channel "bench" and stay.
 * fanout   All subscribe to "bench"; event k is posted when every subscriber has event k - IN_FLIGHT.
 * publish  Subscriber i subscribes to "bench-<i>"; each of IN_FLIGHT publishers posts when its last request was answered.
 *
 * REQUESTS is a file of whole HTTP requests, one after the other, which are posted in turn.
 * On stdout, a line of JSON at each phase: "open", "start" and "end" of the window, "verified".
 * It ends when stdin is closed. Whatever goes wrong is said in a sentence on stderr, with exit status 1.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum { HANDSHAKES_IN_FLIGHT = 64, TEXT_BYTES = 4096, READY_AT_ONCE = 512, PATIENCE_MS = 10000, LATE_MS = 100 };

/* What a connection waits for. */
enum stage { UPGRADE, GREETING, SUBSCRIPTION, EVENTS, ANSWER };

struct connection {
  int fd;
  enum stage stage;
  unsigned index;
  uint64_t received;    /* events */
  uint8_t header[4];    /* of the frame that arrives */
  unsigned header_size; /* bytes of it that have arrived, while it is not whole */
  size_t missing;       /* bytes of its payload that have not arrived */
  char *text;           /* what must be read and not only counted; NULL once that is over */
  size_t length;
};

struct request {
  const char *bytes;
  size_t length;
};

enum mode { HOLD, FANOUT, PUBLISH };

static enum mode mode;
static uint16_t port;
static unsigned subscribers, in_flight;
static int epoll_fd;
static uint8_t buffer[1 << 18]; /* shared by all: a read is dealt with before the next */

static struct request *requests;
static size_t request_count, next_request;

static unsigned subscribed;         /* subscribers whose handshakes are done */
static struct connection **waiting; /* publishers without a request under way */
static unsigned waiting_count;
static bool posting; /* whether new events may be posted */
static unsigned due; /* events that may be posted now */
static unsigned *copies; /* of the event in flight that takes this place, arrived so far */
static uint64_t posted, answered, delivered;
static uint64_t idle; /* CPU time spent in looking for work that was not there */

__attribute__((noreturn, format(printf, 1, 2))) static void give_up(const char *format, ...) {
  va_list values;
  va_start(values, format);
  fputs("generator: ", stderr);
  vfprintf(stderr, format, values);
  fputc('\n', stderr);
  exit(1);
}

static void *allocate(size_t count, size_t size) {
  void *memory = calloc(count, size);
  if (memory == NULL) give_up("out of memory");
  return memory;
}

static uint64_t microseconds(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (uint64_t)time.tv_sec * 1000000 + (uint64_t)time.tv_nsec / 1000;
}

/* Tells how far the work is, and what CPU time it has taken here. */
static void say(const char *phase) {
  uint64_t work = mode == FANOUT ? delivered : answered;
  uint64_t wall = microseconds(CLOCK_MONOTONIC), cpu = microseconds(CLOCK_PROCESS_CPUTIME_ID) - idle;
  printf("{\"phase\":\"%s\",\"work\":%llu,\"wall\":%llu,\"cpu\":%llu}\n", phase, (unsigned long long)work,
         (unsigned long long)wall, (unsigned long long)cpu);
  fflush(stdout);
}

/* ---- connections ---- */

static void send_all(struct connection *c, const void *bytes, size_t length) {
  /* Little is under way on any connection, so its send buffer has room. */
  if (send(c->fd, bytes, length, MSG_DONTWAIT | MSG_NOSIGNAL) != (ssize_t)length)
    give_up("could not send: %s", strerror(errno));
}

static void watch(int fd, struct connection *c) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
  if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) != 0) give_up("could not watch a connection: %s", strerror(errno));
}

/* Source addresses take turns, so that more connections can be open than one address has ports. */
static void open_connection(struct connection *c, unsigned index, enum stage stage) {
  struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + index % 8)};
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct linger reset = {.l_onoff = 1, .l_linger = 0}; /* no TIME_WAIT that would hold the port for the next run */
  int on = 1;
  *c = (struct connection){.fd = socket(AF_INET, SOCK_STREAM, 0), .stage = stage, .index = index};
  if (c->fd < 0) give_up("could not open connection %u: %s (see ulimit -n)", index, strerror(errno));
  setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  if (bind(c->fd, (struct sockaddr *)&from, sizeof from) != 0 || connect(c->fd, (struct sockaddr *)&to, sizeof to) != 0)
    give_up("could not connect to port %u: %s", port, strerror(errno));
  c->text = allocate(TEXT_BYTES, 1);
  watch(c->fd, c);
}

/* Adds to the text of the connection, which is always a string. */
static void keep(struct connection *c, const uint8_t *bytes, size_t length) {
  if (c->length + length >= TEXT_BYTES) give_up("more text than expected: %s", c->text);
  memcpy(c->text + c->length, bytes, length);
  c->length += length;
  c->text[c->length] = '\0';
}

/* The length of the HTTP request or answer at the beginning of the text, or 0 while it is not whole. */
static size_t message_length(const char *text, size_t length) {
  const char *body = memmem(text, length, "\r\n\r\n", 4);
  if (body == NULL) return 0;
  const char *field = strcasestr(text, "\r\ncontent-length:");
  size_t whole = (size_t)(body + 4 - text) + (field != NULL && field < body ? strtoul(field + 17, NULL, 10) : 0);
  return whole <= length ? whole : 0;
}

/* ---- publishers ---- */

static void post_what_is_due(void) {
  while (posting && due > 0 && waiting_count > 0) {
    struct request *request = &requests[next_request++ % request_count];
    due--;
    posted++;
    send_all(waiting[--waiting_count], request->bytes, request->length);
  }
}

static void read_answer(struct connection *c, const uint8_t *bytes, size_t length) {
  keep(c, bytes, length);
  size_t whole = message_length(c->text, c->length);
  if (whole == 0) return;
  if (whole != c->length || strncmp(c->text, "HTTP/1.1 200", 12) != 0) give_up("a publish was answered: %s", c->text);
  c->length = 0;
  answered++;
  waiting[waiting_count++] = c;
  if (mode == PUBLISH) due++;
  post_what_is_due();
}

/* ---- subscribers ---- */

static void ask_for_upgrade(struct connection *c) {
  static const char request[] = "GET /app/app-key?protocol=7&client=bench HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
  send_all(c, request, sizeof request - 1);
}

static void subscribe(struct connection *c) {
  char frame[126], channel[24] = "bench";
  if (mode == PUBLISH) snprintf(channel, sizeof channel, "bench-%u", c->index);
  /* A client must mask what it sends; a mask of zeros changes nothing. */
  memset(frame, 0, 6);
  int payload = snprintf(frame + 6, sizeof frame - 6,
                         "{\"event\":\"pusher:subscribe\",\"data\":{\"auth\":\"\",\"channel\":\"%s\"}}", channel);
  frame[0] = (char)0x81;
  frame[1] = (char)(0x80 | payload);
  send_all(c, frame, 6 + (size_t)payload);
}

static void receive_event(struct connection *c) {
  delivered++;
  if (mode != FANOUT) return;
  /* Everyone hears the events in one order, so the n-th is the same for all, and no more than IN_FLIGHT are incomplete. */
  unsigned *arrived = &copies[c->received++ % in_flight];
  if (++*arrived < subscribers) return;
  *arrived = 0;
  due++;
  post_what_is_due();
}

static void receive_frame(struct connection *c) {
  if (c->stage == EVENTS) {
    receive_event(c);
    return;
  }
  const char *expected = c->stage == GREETING ? "pusher:connection_established" : "pusher_internal:subscription_succeeded";
  if (strstr(c->text, expected) == NULL) give_up("instead of %s came: %s", expected, c->text);
  c->length = 0;
  c->text[0] = '\0';
  if (c->stage == GREETING) {
    subscribe(c);
    c->stage = SUBSCRIPTION;
    return;
  }
  free(c->text);
  c->text = NULL;
  c->stage = EVENTS;
  subscribed++;
}

/* Takes one more byte of a header. Returns whether it is whole: 2 bytes, or 4 for payloads of more than 125. */
static bool read_header(struct connection *c, uint8_t byte) {
  c->header[c->header_size++] = byte;
  if (c->header_size < 2) return false;
  if (c->header[0] != 0x81 || c->header[1] > 126)
    give_up("a frame that is not a short text: %02x %02x", c->header[0], c->header[1]);
  if (c->header[1] == 126 && c->header_size < 4) return false;
  c->missing = c->header[1] < 126 ? c->header[1] : (size_t)c->header[2] << 8 | c->header[3];
  c->header_size = 0;
  return true;
}

static void read_frames(struct connection *c, const uint8_t *bytes, size_t length) {
  size_t at = 0;
  while (at < length) {
    if (c->missing == 0 && !read_header(c, bytes[at++])) continue;
    size_t taken = c->missing < length - at ? c->missing : length - at;
    if (c->text != NULL) keep(c, bytes + at, taken);
    at += taken;
    c->missing -= taken;
    if (c->missing == 0) receive_frame(c);
  }
}

static void read_upgrade(struct connection *c, const uint8_t *bytes, size_t length) {
  keep(c, bytes, length);
  size_t whole = message_length(c->text, c->length);
  if (whole == 0) return;
  if (strncmp(c->text, "HTTP/1.1 101", 12) != 0) give_up("an upgrade was answered: %s", c->text);
  uint8_t rest[TEXT_BYTES]; /* frames that came along */
  size_t rest_length = c->length - whole;
  memcpy(rest, c->text + whole, rest_length);
  c->length = 0;
  c->stage = GREETING;
  read_frames(c, rest, rest_length);
}

/* ---- the loop ---- */

static void read_connection(struct connection *c) {
  ssize_t length = recv(c->fd, buffer, sizeof buffer, MSG_DONTWAIT);
  if (length < 0 && errno == EAGAIN) return;
  if (length < 0) give_up("connection %u broke: %s", c->index, strerror(errno));
  if (length == 0) give_up("the server closed connection %u", c->index);
  if (c->stage == UPGRADE) read_upgrade(c, buffer, (size_t)length);
  else if (c->stage == ANSWER) read_answer(c, buffer, (size_t)length);
  else read_frames(c, buffer, (size_t)length);
}

/*
 * Waits without sleep. Who sleeps is woken by the server's send(), at the server's expense: costly on loopback, unknown over a
 * network, and more or less often as the generator is faster or slower.
 */
static int look_for_work(struct epoll_event *ready, int timeout_ms) {
  int count = epoll_wait(epoll_fd, ready, READY_AT_ONCE, 0);
  if (count != 0) return count;
  uint64_t since = microseconds(CLOCK_PROCESS_CPUTIME_ID);
  uint64_t until = microseconds(CLOCK_MONOTONIC) + (uint64_t)timeout_ms * 1000;
  while (count == 0 && microseconds(CLOCK_MONOTONIC) < until) count = epoll_wait(epoll_fd, ready, READY_AT_ONCE, 0);
  idle += microseconds(CLOCK_PROCESS_CPUTIME_ID) - since;
  return count;
}

/* Waits for what comes and deals with it. Returns whether anything came in time. */
static bool turn(int timeout_ms) {
  struct epoll_event ready[READY_AT_ONCE];
  int count = posting ? look_for_work(ready, timeout_ms) : epoll_wait(epoll_fd, ready, READY_AT_ONCE, timeout_ms);
  for (int i = 0; i < count; i++) {
    if (ready[i].data.ptr == NULL) exit(0); /* stdin was closed: whoever started this is done with it, or gone */
    read_connection(ready[i].data.ptr);
  }
  return count > 0;
}

static void run_for(unsigned ms) {
  uint64_t until = microseconds(CLOCK_MONOTONIC) + ms * UINT64_C(1000), now;
  while ((now = microseconds(CLOCK_MONOTONIC)) < until) turn((int)((until - now) / 1000 + 1));
}

static void open_subscribers(void) {
  struct connection *all = allocate(subscribers, sizeof *all);
  unsigned opened = 0;
  while (subscribed < subscribers) {
    for (; opened < subscribers && opened - subscribed < HANDSHAKES_IN_FLIGHT; opened++) {
      open_connection(&all[opened], opened, UPGRADE);
      ask_for_upgrade(&all[opened]);
    }
    if (!turn(PATIENCE_MS)) give_up("only %u of %u subscriptions succeeded", subscribed, subscribers);
  }
}

static void open_publishers(void) {
  struct connection *all = allocate(in_flight, sizeof *all);
  waiting = allocate(in_flight, sizeof *waiting);
  copies = allocate(in_flight, sizeof *copies);
  for (unsigned i = 0; i < in_flight; i++) {
    open_connection(&all[i], i, ANSWER);
    waiting[waiting_count++] = &all[i];
  }
}

static void load_requests(const char *path) {
  FILE *file = fopen(path, "rb");
  if (file == NULL || fseek(file, 0, SEEK_END) != 0) give_up("could not read %s", path);
  size_t size = (size_t)ftell(file);
  char *bytes = allocate(size + 1, 1); /* a string, as message_length() wants it */
  rewind(file);
  if (fread(bytes, 1, size, file) != size) give_up("could not read %s", path);
  fclose(file);
  requests = allocate(size / 4 + 1, sizeof *requests); /* none is shorter than the empty line at its end */
  for (size_t at = 0, length; at < size; at += length) {
    length = message_length(bytes + at, size - at);
    if (length == 0) give_up("%s ends within a request", path);
    requests[request_count++] = (struct request){bytes + at, length};
  }
  if (request_count == 0) give_up("%s holds no request", path);
}

/* Lets what is under way arrive, and looks whether it is everything and not more. */
static void verify(void) {
  uint64_t copies_each = mode == FANOUT ? subscribers : 1;
  posting = false;
  while ((answered < posted || delivered < posted * copies_each) && turn(PATIENCE_MS)) continue;
  run_for(LATE_MS);
  if (answered != posted) give_up("%llu publishes were never answered", (unsigned long long)(posted - answered));
  if (delivered != posted * copies_each)
    give_up("%llu events should have made %llu deliveries, there were %llu", (unsigned long long)posted,
            (unsigned long long)(posted * copies_each), (unsigned long long)delivered);
}

static unsigned number(const char *text) {
  char *end;
  unsigned long value = strtoul(text, &end, 10);
  if (*text == '\0' || *end != '\0' || value == 0 || value > 1000000) give_up("not a number that makes sense: %s", text);
  return (unsigned)value;
}

int main(int argc, char **argv) {
  mode = argc < 3 || strcmp(argv[2], "hold") == 0 ? HOLD : strcmp(argv[2], "fanout") == 0 ? FANOUT : PUBLISH;
  if (argc != (mode == HOLD ? 4 : 8)) give_up("wrong arguments: see the head of generator.c");
  port = (uint16_t)number(argv[1]);
  subscribers = number(argv[3]);
  epoll_fd = epoll_create1(0);
  watch(STDIN_FILENO, NULL);
  open_subscribers();
  say("open");
  while (mode == HOLD) turn(-1);

  in_flight = number(argv[4]);
  load_requests(argv[7]);
  open_publishers();
  posting = true;
  due = in_flight;
  post_what_is_due();
  run_for(number(argv[5]));
  say("start");
  run_for(number(argv[6]));
  say("end");
  verify();
  say("verified");
  return 0;
}
