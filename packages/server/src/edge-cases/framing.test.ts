import { once } from "node:events";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import type { App } from "../apps/app.ts";
import { parseConfig } from "../config/config.ts";
import { drain } from "../drain.ts";
import { Hub } from "../hub/hub.ts";
import { Connection } from "../socket/connection.ts";
import { Caller } from "../testing/dial.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { ask, key, serve, signin, subscribe, subscription, transports } from "../testing/serve.ts";

const seconds = 1000;
const succeeded = (channel: string) => ({ event: "pusher_internal:subscription_succeeded", channel, data: "{}" });
const app = (settings: object = {}) => ({ id: "app-id", ...key, ...settings });

test("17. Five thousand clients are sent away evenly over the second that a server may take to stop", async () => {
  const clock = new FakeClock();
  const hub = new Hub({ attach() {}, detach() {}, publish() {} });
  const [tenant] = parseConfig({}).apps;
  const ended: number[] = [];
  for (let n = 0; n < 5000; n++) {
    hub.add(new Connection(`1.${n}`, tenant as App, { send() {}, end: (code) => ended.push(code) }));
  }
  const draining = drain({ hub, clock }, 1, "stopping");
  for (let sent = 500; sent <= 5000; sent += 500) {
    expect(ended).toHaveLength(sent);
    clock.pass(99);
    await Promise.resolve();
    expect(ended).toHaveLength(sent);
    clock.pass(1);
    await Promise.resolve();
  }
  await draining;
  expect(new Set(ended)).toEqual(new Set([4100]));
});

describe.each(transports)("over %s", (transport) => {
  test.each(["?protocol=7&client=js&version=8.6.0&flash=false", "?protocol=6", "?protocol=5", ""])(
    "14. The first frame to /app/app-key%s is connection_established, its data a string of JSON with a timeout in whole seconds",
    async (query) => {
      const { port } = await serve({ transport });
      const caller = new Caller(`ws://127.0.0.1:${port}/app/app-key${query}`);
      const { event, data, channel } = await caller.next();
      expect({ event, channel }).toEqual({ event: "pusher:connection_established", channel: undefined });
      expect(data).toBeTypeOf("string");
      const { socket_id: socketId, activity_timeout: timeout } = JSON.parse(data as string);
      expect(socketId).toMatch(/^\d+\.\d+$/);
      expect(Number.isInteger(timeout)).toBe(true);
      expect(timeout).toBeGreaterThanOrEqual(1);
      expect(timeout).toBeLessThanOrEqual(600);
    },
  );

  test("15. An unknown key is answered after the upgrade: by an error frame, and a close with 4001 and the reason", async () => {
    const { port } = await serve({ transport });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/app/nobody?protocol=7`);
    const [opened, said, closed] = [once(socket, "open"), once(socket, "message"), once(socket, "close")];
    await opened;
    expect(JSON.parse(String((await said)[0]))).toEqual({
      event: "pusher:error",
      data: { code: 4001, message: "No app has the key nobody" },
    });
    const [code, reason] = await closed;
    expect([code, String(reason)]).toEqual([4001, "No app has this key"]);
  });

  test("16. A connection over the quota of its app is closed with 4004, after which clients stay away, until there is room", async () => {
    const { dial, port } = await serve({ transport, apps: [app({ limits: { connections: 2 } })] });
    const [a, b] = [await dial(), await dial()];
    for (const [caller, id] of [
      [a, "ann"],
      [b, "bob"],
    ] as const) {
      caller.say(subscription(caller, "presence-room", { user_id: id }));
      await caller.settled();
    }
    const third = new Caller(`ws://127.0.0.1:${port}/app/app-key?protocol=7`);
    expect(await third.next()).toMatchObject({ event: "pusher:error", data: { code: 4004 } });
    expect(await third.closed).toEqual({ code: 4004, reason: expect.stringMatching(/./) });
    expect(await b.settled()).toEqual([]);
    expect(await a.settled()).toMatchObject([{ event: "pusher_internal:member_added" }]);
    await b.hangUp();
    expect((await a.next()).event).toBe("pusher_internal:member_removed");
    expect((await dial()).socketId).toMatch(/^\d+\.\d+$/);
  });

  test("17. A server that stops tells its clients to come back in a second, with 4100, a hundred at a time", async () => {
    const clock = new FakeClock();
    const { dial, close, port } = await serve({ transport, drainSeconds: 1 }, { clock });
    const callers: Caller[] = [];
    for (let n = 0; n < 250; n++) callers.push(await dial());
    const closed = (from: number, to: number) => Promise.all(callers.slice(from, to).map((caller) => caller.closed));
    const open = (from: number) => Promise.all(callers.slice(from).map((caller) => caller.settled()));
    const goodbyes = (count: number) =>
      Array(count).fill({ code: 4100, reason: expect.stringContaining("connect again") });

    const closing = close();
    expect(await closed(0, 100)).toEqual(goodbyes(100));
    expect((await open(100)).flat()).toEqual([]);
    expect((await ask(port, "GET", "/ready")).status).toBe(503);
    const newcomer = new Caller(`ws://127.0.0.1:${port}/app/app-key?protocol=7`);
    expect((await newcomer.closed).code).toBe(4100);

    clock.pass(100);
    expect(await closed(100, 200)).toEqual(goodbyes(100));
    expect((await open(200)).flat()).toEqual([]);
    clock.pass(100);
    expect(await closed(200, 250)).toEqual(goodbyes(50));
    await closing;
  });

  test.each<[string, object | string]>([
    [
      "a subscription that is signed wrong",
      { event: "pusher:subscribe", data: { channel: "private-x", auth: "app-key:0" } },
    ],
    [
      "a subscription with another app's key",
      { event: "pusher:subscribe", data: { channel: "private-x", auth: "k:0" } },
    ],
    ["a subscription without a signature", subscribe("presence-x")],
    ["a channel that cannot be", subscribe("a b")],
    ["another user's channel", subscribe("#server-to-user-ann")],
    [
      "a sign-in that is signed wrong",
      { event: "pusher:signin", data: { auth: "app-key:0", user_data: '{"id":"ann"}' } },
    ],
    ["a client event where there are none", { event: "client-x", channel: "private-x", data: {} }],
    ["an event that nobody knows", { event: "pusher:nonsense", data: {} }],
    ["text that is no JSON", "nonsense"],
  ])("18. %s is answered on a connection that stays open", async (_, frame) => {
    const { dial, publish } = await serve({ transport });
    const caller = await dial();
    caller.say(subscribe("news"));
    await caller.settled();
    caller.say(frame);
    expect(await caller.settled()).toEqual([
      expect.objectContaining({ event: expect.stringMatching(/^pusher:(subscription_)?error$/) }),
    ]);
    await publish({ name: "e", channel: "news", data: "x" });
    expect(await caller.settled()).toMatchObject([{ event: "e" }]);
  });

  test("18. A client that sends more client events than it may is told 4301 on a connection that stays open", async () => {
    const apps = [app({ clientEvents: true, limits: { clientEventsPerSecond: 1 } })];
    const { dial } = await serve({ transport, apps }, { clock: new FakeClock() });
    const caller = await dial();
    caller.say(subscription(caller, "private-x"));
    await caller.settled();
    for (let n = 0; n < 3; n++) caller.say({ event: "client-x", channel: "private-x", data: {} });
    expect((await caller.settled()).map(({ data }) => (data as { code: number }).code)).toEqual([4301, 4301]);
  });

  test("19. A refused handshake ends in a close frame with code and reason", async () => {
    const { port } = await serve({ transport, apps: [app({ enabled: false })] });
    const caller = new Caller(`ws://127.0.0.1:${port}/app/app-key?protocol=7`);
    expect(await caller.closed).toEqual({ code: 4003, reason: "This app is disabled" });
  });

  test("19. The end of a user's connections is a close frame with code and reason", async () => {
    const { dial, request } = await serve({ transport });
    const caller = await dial();
    caller.say(signin(caller, { id: "ann" }));
    await caller.settled();
    await request("POST", "/apps/app-id/users/ann/terminate_connections");
    expect(await caller.closed).toEqual({ code: 4009, reason: "The app has ended the connections of this user" });
  });

  test("19. A time that is over ends in a close frame with code and reason", async () => {
    const clock = new FakeClock();
    const { dial } = await serve(
      { transport, apps: [app({ users: { required: true, timeoutSeconds: 5 } })] },
      { clock },
    );
    const caller = await dial();
    clock.pass(5 * seconds);
    expect(await caller.next()).toMatchObject({ event: "pusher:error", data: { code: 4009 } });
    expect(await caller.closed).toEqual({ code: 4009, reason: expect.stringContaining("within 5 s") });
  });

  test("19. A server that stops ends its connections in a close frame with code and reason", async () => {
    const { dial, close } = await serve({ transport });
    const caller = await dial();
    await close();
    expect(await caller.closed).toEqual({ code: 4100, reason: expect.stringContaining("stopping") });
  });

  test.each([
    '{"data":{"channel":"news"}}',
    '{"event":7,"data":{"channel":"news"}}',
    '{"event":null,"data":{"channel":"news"}}',
    '{"event":["pusher:subscribe"],"data":{"channel":"news"}}',
    '{"event":"pusher:subscribe"}',
    '{"event":"pusher:subscribe","data":null}',
    '{"event":"pusher:subscribe","data":"news"}',
    '{"event":"pusher:subscribe","data":"\\"news\\""}',
    '{"event":"pusher:unsubscribe"}',
    '{"event":"pusher:unsubscribe","data":"null"}',
    '{"event":"pusher:signin"}',
    '{"event":"pusher:signin","data":"[]"}',
    '{"event":"client-x"}',
  ])(
    "20. A frame without an event or without its data, such as %s, is answered with an error and harms nothing",
    async (frame) => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(frame);
      const [answer, ...more] = await caller.settled();
      expect(answer).toMatchObject({
        event: "pusher:error",
        data: { message: expect.not.stringContaining("The server failed") },
      });
      expect(more).toEqual([]);
    },
  );

  test("20. The data of a client's own protocol events may be a string of JSON", async () => {
    const { dial, publish } = await serve({ transport });
    const caller = await dial();
    const twice = (frame: object) => ({ ...frame, data: JSON.stringify((frame as { data: object }).data) });
    caller.say(twice(subscribe("news")));
    caller.say(twice(subscription(caller, "presence-x", { user_id: "ann" })));
    caller.say(twice(signin(caller, { id: "ann" })));
    expect((await caller.settled()).map(({ event }) => event)).toEqual([
      "pusher_internal:subscription_succeeded",
      "pusher_internal:subscription_succeeded",
      "pusher:signin_success",
    ]);
    caller.say({ event: "pusher:ping", data: "{}" });
    expect((await caller.next()).event).toBe("pusher:pong");
    caller.say(twice({ event: "pusher:unsubscribe", data: { channel: "news" } }));
    await caller.settled();
    await publish({ name: "e", channel: "news", data: "x" });
    expect(await caller.settled()).toEqual([]);
  });

  test("21. What a client says before it has read the handshake is answered behind the handshake", async () => {
    const { port, publish } = await serve({ transport });
    const socket = new WebSocket(`ws://127.0.0.1:${port}/app/app-key?protocol=7`);
    onTestFinished(() => socket.terminate());
    const heard: unknown[] = [];
    const answered = new Promise<void>((resolve) => {
      socket.on("message", (bytes) => {
        heard.push(JSON.parse(String(bytes)));
        if (heard.length === 4) resolve();
      });
    });
    await once(socket, "open");
    socket.send(JSON.stringify(subscribe("news")));
    socket.send(JSON.stringify(subscribe("private-x")));
    socket.send(JSON.stringify({ event: "pusher:ping", data: {} }));
    await answered;
    expect(heard).toEqual([
      expect.objectContaining({ event: "pusher:connection_established" }),
      succeeded("news"),
      expect.objectContaining({ event: "pusher:subscription_error", channel: "private-x" }),
      { event: "pusher:pong", data: {} },
    ]);
    const next = once(socket, "message");
    await publish({ name: "e", channel: "news", data: "x" });
    expect(JSON.parse(String((await next)[0]))).toMatchObject({ event: "e" });
  });

  test("22. A ping of the protocol and a ping of WebSocket are both answered", async () => {
    const { dial } = await serve({ transport });
    const caller = await dial();
    const ponged = caller.ponged();
    caller.ping();
    await ponged;
    caller.say({ event: "pusher:ping", data: {} });
    expect(await caller.next()).toEqual({ event: "pusher:pong", data: {} });
  });

  /** What a client does, and what shows that the server has heard it. */
  type SignOfLife = [
    what: string,
    act: (caller: Caller) => void,
    heard: (caller: Caller, other: Caller) => Promise<unknown>,
  ];

  test.each<SignOfLife>([
    ["a ping of the protocol", (caller) => caller.say({ event: "pusher:ping", data: {} }), (caller) => caller.next()],
    ["a ping of WebSocket", (caller) => caller.ping(), (caller) => caller.ponged()],
    ["a subscription", (caller) => caller.say(subscribe("news")), (caller) => caller.next()],
    ["nonsense", (caller) => caller.say("nonsense"), (caller) => caller.next()],
    ["bytes", (caller) => caller.say(Buffer.from([0xff])), (caller) => caller.next()],
    [
      "an unsubscription, which has no answer",
      (caller) => caller.say({ event: "pusher:unsubscribe", data: { channel: "presence-x" } }),
      (_, other) => other.next(),
    ],
  ])("22. Whatever a client sends is a sign of life: %s", async (_, act, heard) => {
    const clock = new FakeClock();
    const { dial } = await serve({ transport }, { clock });
    const [other, caller] = [await dial(), await dial()];
    other.say(subscription(other, "presence-x", { user_id: "other" }));
    await other.settled();
    caller.say(subscription(caller, "presence-x", { user_id: "ann" }));
    await Promise.all([caller.settled(), other.next()]);
    clock.pass(140 * seconds);
    act(caller);
    await heard(caller, other);
    await other.settled(); // so that it does not leave meanwhile
    clock.pass(140 * seconds);
    expect(await caller.settled()).toEqual([]);
  });

  test("22. What the server sends is no sign of life of a client, who is pinged however busy its channel is", async () => {
    const clock = new FakeClock();
    const { dial, publish } = await serve({ transport }, { clock });
    const caller = await dial();
    caller.say(subscribe("news"));
    await caller.settled();
    const tenSeconds = async () => {
      clock.pass(10 * seconds);
      await publish({ name: "e", channel: "news", data: "x" });
      return (await caller.next()).event;
    };
    for (let n = 0; n < 14; n++) expect(await tenSeconds()).toBe("e");
    expect(await tenSeconds()).toBe("pusher:ping");
    for (let n = 0; n < 2; n++) expect(await tenSeconds()).toBe("e");
    clock.pass(10 * seconds);
    expect((await caller.closed).code).toBe(4201);
  });

  test("23. A client that is silent is not closed before it was pinged and had its time to answer", async () => {
    const clock = new FakeClock();
    const { dial } = await serve({ transport }, { clock });
    const [caller, other] = [await dial(), await dial()];
    clock.pass(149 * seconds);
    expect(await other.settled()).toEqual([]);
    clock.pass(1 * seconds);
    expect(await caller.next()).toEqual({ event: "pusher:ping", data: {} });
    clock.pass(29 * seconds);
    caller.say({ event: "pusher:pong", data: {} });
    expect(await caller.settled()).toEqual([]);
  });

  test("23. A client that only reads stays for as long as it answers the server's pings", async () => {
    const clock = new FakeClock();
    const { dial } = await serve({ transport }, { clock });
    const [caller, witness] = [await dial(), await dial()];
    for (let round = 0; round < 5; round++) {
      clock.pass(150 * seconds);
      expect(await caller.next()).toEqual({ event: "pusher:ping", data: {} });
      expect(await witness.next()).toEqual({ event: "pusher:ping", data: {} });
      caller.say({ event: "pusher:pong", data: {} });
      witness.say({ event: "pusher:pong", data: {} });
      expect(await Promise.all([caller.settled(), witness.settled()])).toEqual([[], []]);
    }
  });
});
