/** The other end of a client's socket. */
interface Peer {
  send(text: string): void;
}

export const channels = 100;
/** On each channel, each with a listener. */
export const events = 10;

/** What a server of a protocol says, as far as these clients need one. */
export interface Wire {
  /** What clients ask. */
  readonly asks: readonly string[];
  greet(socket: Peer): void;
  answer(socket: Peer, line: string): void;
  /** The frame of an event, spread over channels and events. */
  event(number: number): string;
}

const body = (number: number): object => ({
  id: number,
  text: "An order has been paid",
  amount: 12.5,
  tags: ["a", "b"],
});
const channelOf = (number: number): string => `channel-${number % channels}`;
const eventOf = (number: number): string => `event-${Math.floor(number / channels) % events}`;

const pusher: Wire = {
  asks: [
    '{"event":"pusher:signin","data":{"auth":"","user_data":"{}"}}',
    '{"event":"pusher:subscribe","data":{"channel":"news"}}',
  ],
  greet(socket) {
    const data = JSON.stringify({ socket_id: "1.1", activity_timeout: 120 });
    socket.send(JSON.stringify({ event: "pusher:connection_established", data }));
  },
  answer(socket, line) {
    const { event, data } = JSON.parse(line) as { event: string; data: { channel: string; user_data: string } };
    const say = (name: string, said: object, channel?: string): void =>
      socket.send(JSON.stringify({ event: name, channel, data: JSON.stringify(said) }));
    if (event === "pusher:signin") say("pusher:signin_success", { user_data: data.user_data });
    if (event === "pusher:subscribe") say("pusher_internal:subscription_succeeded", {}, data.channel);
  },
  event: (number) =>
    JSON.stringify({ event: eventOf(number), channel: channelOf(number), data: JSON.stringify(body(number)) }),
};

const centrifuge: Wire = {
  asks: ['{"id":1,"connect":{}}', '{"id":2,"subscribe":{"channel":"news"}}'],
  greet() {},
  answer(socket, line) {
    const { id, connect, subscribe } = JSON.parse(line) as { id?: number; connect?: object; subscribe?: object };
    if (connect) socket.send(JSON.stringify({ id, connect: { client: "1", version: "1", ping: 120, pong: true } }));
    if (subscribe) socket.send(JSON.stringify({ id, subscribe: {} }));
  },
  event: (number) =>
    JSON.stringify({
      push: { channel: channelOf(number), pub: { data: { event: eventOf(number), ...body(number) } } },
    }),
};

const phoenix: Wire = {
  asks: ['["1","1","news","phx_join",{}]'],
  greet() {},
  answer(socket, line) {
    const [join, ref, topic] = JSON.parse(line) as [string, string, string];
    socket.send(JSON.stringify([join, ref, topic, "phx_reply", { status: "ok", response: {} }]));
  },
  event: (number) => JSON.stringify([null, null, channelOf(number), eventOf(number), body(number)]),
};

export const wires: Readonly<Record<"pusher" | "centrifuge" | "phoenix", Wire>> = { pusher, centrifuge, phoenix };
