import { channels, events, type Wire, wires } from "./wires.ts";

// One client in a process of its own: client-run.js NAME BUNDLE EVENTS.

const [, , name = "", bundle = "", flood = ""] = process.argv;
const names = Array.from({ length: channels }, (_, at) => `channel-${at}`);
const listened = Array.from({ length: events }, (_, at) => `event-${at}`);
const wire: Wire = name === "centrifuge" ? wires.centrifuge : name === "phoenix" ? wires.phoenix : wires.pusher;

/** A WebSocket whose server is in the same process, and answers in the next turn. */
class LocalSocket {
  static readonly OPEN = 1;
  static newest: LocalSocket | undefined;
  readonly OPEN = 1;
  readyState = 0;
  binaryType = "";
  onopen: (event: object) => void = () => {};
  onmessage: (event: { data: string }) => void = () => {};
  onclose: (event: object) => void = () => {};
  onerror: (event: object) => void = () => {};

  constructor() {
    LocalSocket.newest = this;
    setImmediate(() => {
      this.readyState = 1;
      this.onopen({});
      wire.greet({ send: (text) => this.say(text) });
    });
  }

  send(text: string): void {
    for (const line of text.split("\n")) setImmediate(() => wire.answer({ send: (answer) => this.say(answer) }, line));
  }

  say(text: string): void {
    this.onmessage({ data: text });
  }

  close(): void {}
}

Object.assign(globalThis, { self: globalThis, WebSocket: LocalSocket });

/** A client that is known to its server. */
interface Started {
  readonly signedIn: number;
  /** Subscribes to everything, and listens to everything. */
  listen(): Promise<void>;
}

const user = { auth: "app-key:00", user_data: '{"id":"ann"}' };
const customHandler = (_: unknown, callback: (error: null, data: typeof user) => void): void => callback(null, user);
const options = {
  cluster: "any",
  wsHost: "127.0.0.1",
  forceTLS: false,
  enabledTransports: ["ws"],
  userAuthentication: { customHandler },
};

/** As much of both classes as is needed here. */
interface Pusher {
  bind(event: string, callback: () => void): unknown;
  signin(): unknown;
  subscribe(name: string): { bind(event: string, callback: () => void): unknown };
}

/** The same of phoenix, which brings no types. */
interface Phoenix {
  onOpen(callback: () => void): unknown;
  connect(): void;
  channel(name: string): {
    on(event: string, callback: () => void): unknown;
    join(): { receive(status: string, callback: (answer: unknown) => void): unknown };
  };
}

async function asPusher(
  Client: new (key: string, given: typeof options) => Pusher,
  heard: () => void,
): Promise<Started> {
  const began = performance.now();
  const client = new Client("app-key", options);
  client.signin();
  await new Promise<void>((resolve) => void client.bind("pusher:signin_success", resolve));
  return {
    signedIn: performance.now() - began,
    async listen() {
      const all = names.map((channel) => client.subscribe(channel));
      for (const channel of all) for (const event of listened) channel.bind(event, heard);
      await Promise.all(
        all.map((channel) => new Promise<void>((done) => void channel.bind("pusher:subscription_succeeded", done))),
      );
    },
  };
}

/** As much of centrifuge as is needed here. */
interface Centrifuge {
  connect(): void;
  ready(): Promise<void>;
  newSubscription(name: string): {
    on(event: "publication", callback: (publication: { data: { event: string } }) => void): unknown;
    subscribe(): void;
    ready(): Promise<void>;
  };
}

async function asCentrifuge(
  Client: new (url: string, given: object) => Centrifuge,
  heard: () => void,
): Promise<Started> {
  const began = performance.now();
  const client = new Client("ws://127.0.0.1", { websocket: LocalSocket, token: "signed" });
  client.connect();
  await client.ready();
  return {
    signedIn: performance.now() - began,
    async listen() {
      for (const channel of names) {
        const subscription = client.newSubscription(channel);
        // It knows no events: a listener for each looks whether it is meant.
        for (const event of listened) subscription.on("publication", ({ data }) => data.event === event && heard());
        subscription.subscribe();
        await subscription.ready();
      }
    },
  };
}

async function asPhoenix(Client: new (url: string, given: object) => Phoenix, heard: () => void): Promise<Started> {
  const began = performance.now();
  const socket = new Client("ws://127.0.0.1", { transport: LocalSocket, params: { token: "signed" } });
  const opened = new Promise<void>((resolve) => void socket.onOpen(resolve));
  socket.connect();
  await opened;
  // Its socket knows the user by then; what is sent to a user comes by a channel of theirs.
  await new Promise((resolve) => socket.channel("user:ann").join().receive("ok", resolve));
  return {
    signedIn: performance.now() - began,
    async listen() {
      const all = names.map((channel) => socket.channel(channel));
      for (const channel of all) for (const event of listened) channel.on(event, heard);
      await Promise.all(all.map((channel) => new Promise((done) => void channel.join().receive("ok", done))));
    },
  };
}

/** Bytes that are still used when collecting frees no more: what the start has left behind goes in more than one round. */
async function heap(): Promise<number> {
  let used = Number.POSITIVE_INFINITY;
  for (let calm = 0; calm < 5; ) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    globalThis.gc?.();
    const left = process.memoryUsage().heapUsed;
    calm = left < used - 1000 ? 0 : calm + 1;
    used = Math.min(used, left);
  }
  return used;
}

// Node makes these when they are first used; browsers have them.
new AbortController().abort();
clearTimeout(setTimeout(() => {}, 0));
await new Promise((resolve) => setImmediate(resolve));
// The other end has spoken before: what is measured is the client's first time, and not the bench's.
const rehearsal = new LocalSocket();
for (const ask of [...wire.asks, ...wire.asks]) rehearsal.send(ask);
await new Promise((resolve) => setTimeout(resolve, 5));

const { Client } = (await import(bundle)) as { Client: never };
const start = name === "centrifuge" ? asCentrifuge : name === "phoenix" ? asPhoenix : asPusher;
const total = Number(flood);
let received = 0;
const started = await start(Client, () => received++);
const before = await heap();
await started.listen();
const memory = ((await heap()) - before) / 1000;
const frames = Array.from({ length: channels * events }, (_, number) => wire.event(number));
const deliver = (count: number): void => {
  for (let number = 0; number < count; number++) LocalSocket.newest?.say(frames[number % frames.length] ?? "");
};
deliver(total / 10); // until the code is warm
const warm = received;
const begin = process.cpuUsage();
deliver(total);
const { user: own, system } = process.cpuUsage(begin);
await new Promise((resolve) => setImmediate(resolve));
if (received - warm < total) throw new Error(`${name} told of ${received - warm} events instead of ${total}`);
process.stdout.write(JSON.stringify({ signedIn: started.signedIn, memory, cpu: (own + system) / total }));
process.exit();
