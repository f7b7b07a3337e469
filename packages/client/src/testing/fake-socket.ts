/** What the client holds for a WebSocket. The test plays the network, so that time can be faked too. */
export class FakeSocket {
  static readonly opened: FakeSocket[] = [];
  readonly OPEN = 1;
  readyState = 1;
  readonly sent: string[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: object) => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
    FakeSocket.opened.push(this);
  }

  /** The one that was opened last. */
  static get newest(): FakeSocket {
    const socket = FakeSocket.opened.at(-1);
    if (!socket) throw new Error("No socket was opened");
    return socket;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.readyState = 3;
  }

  /** The server says something. */
  say(event: string, data: unknown): void {
    this.onmessage?.({ data: JSON.stringify({ event, data }) });
  }

  greet(activityTimeout = 120): void {
    this.say("pusher:connection_established", { socket_id: "1.1", activity_timeout: activityTimeout });
  }

  /** The server, or the network, ends it. */
  end(code: number, reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }
}
