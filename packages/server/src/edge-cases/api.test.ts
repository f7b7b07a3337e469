import { createHmac } from "node:crypto";
import { once } from "node:events";
import { signRequest } from "@usher/credentials";
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { answer } from "../api/routes.ts";
import { digests } from "../digests.ts";
import { publish as publishTo } from "../publish.ts";
import { MemoryRoster } from "../roster/memory.ts";
import { dispatch } from "../socket/dispatch.ts";
import { open } from "../socket/open.ts";
import { coreOn } from "../testing/core.ts";
import type { Caller } from "../testing/dial.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { ask, key, serve, signin, subscribe, subscription, transports } from "../testing/serve.ts";
import { createTopics } from "../transport/node/topics.ts";

const app = (settings: object = {}) => ({ id: "app-id", ...key, ...settings });

async function listener(dial: () => Promise<Caller>, ...channels: string[]): Promise<Caller> {
  const caller = await dial();
  for (const channel of channels) caller.say(subscription(caller, channel));
  await caller.settled();
  return caller;
}

const names = async (caller: Caller): Promise<string[]> => (await caller.settled()).map(({ event }) => event);

class BrokenRoster extends MemoryRoster {
  override channels(): Promise<never> {
    return Promise.reject(new Error("the store does not answer"));
  }
}

test("53. A request is answered with 500 where the server fails while it waits for something", async () => {
  const core = coreOn(createTopics(), new BrokenRoster("n"));
  const path = "/apps/app-id/channels";
  const query = signRequest(key, { method: "GET", path }, digests, Math.floor(core.clock.now() / 1000));
  const answered = await answer(core, { method: "GET", path, query, body: new Uint8Array() });
  expect(answered.status).toBe(500);
  expect(JSON.parse(answered.body)).toEqual({ error: expect.any(String) });
});

test("58. An event is made a frame once, however many there are to hear it", async () => {
  const published: string[] = [];
  const core = coreOn({ attach() {}, detach() {}, publish: (_, frame) => published.push(frame) });
  const heard: string[] = [];
  for (let n = 0; n < 100; n++) {
    const socket = { send: (frame: string) => heard.push(frame), end() {} };
    const connection = open(core, socket, { path: "/app/app-key", query: "protocol=7" });
    if (!connection) throw new Error("the handshake was refused");
    await dispatch(core, connection, Buffer.from(JSON.stringify(subscribe("news"))));
  }
  heard.length = 0;
  await publishTo(core, { app: "app-id", to: { channel: "news" }, event: "e", data: "x" });
  expect(published).toEqual(['{"event":"e","channel":"news","data":"x"}']);
  expect(heard).toEqual([]);
});

describe.each(transports)("over %s", (transport) => {
  /** A request that another implementation has signed, with what its query says of the body. */
  async function post(port: number, path: string, body: string | undefined, md5?: string) {
    const now = Math.floor(Date.now() / 1000);
    const params = `auth_key=app-key&auth_timestamp=${now}&auth_version=1.0${md5 === undefined ? "" : `&body_md5=${md5}`}`;
    const signature = createHmac("sha256", "app-secret").update(`POST\n${path}\n${params}`).digest("hex");
    return ask(port, "POST", `${path}?${params}&auth_signature=${signature}`, body);
  }

  const ending = "/apps/app-id/users/ann/terminate_connections";

  test("47. The body {} is signed by its MD5", async () => {
    const { port } = await serve({ transport });
    expect((await post(port, ending, "{}", "99914b932bd37a50b983c5e7c90ae93b")).status).toBe(200);
    expect((await post(port, ending, "{}")).status).toBe(401);
    expect((await post(port, ending, "{}", "d41d8cd98f00b204e9800998ecf8427e")).status).toBe(401);
  });

  test("47. A POST without a body needs no MD5, and one that is given must be that of nothing", async () => {
    const { port } = await serve({ transport });
    for (const body of [undefined, ""]) {
      expect((await post(port, ending, body)).status).toBe(200);
      expect((await post(port, ending, body, "d41d8cd98f00b204e9800998ecf8427e")).status).toBe(200);
      expect((await post(port, ending, body, "99914b932bd37a50b983c5e7c90ae93b")).status).toBe(401);
    }
  });

  test.each(["", "0", "false", "null", '""', " "])("48. The data %j is delivered as it is", async (data) => {
    const { dial, publish, request } = await serve({ transport });
    const caller = await listener(dial, "news");
    expect((await publish({ name: "e", channels: ["news"], data })).status).toBe(200);
    const batch = JSON.stringify({ batch: [{ name: "b", channel: "news", data }] });
    expect((await request("POST", "/apps/app-id/batch_events", { body: batch })).status).toBe(200);
    expect(await caller.settled()).toEqual([
      { event: "e", channel: "news", data },
      { event: "b", channel: "news", data },
    ]);
  });

  test.each(["", "0", "false"])("48. The data %j is kept as it is in a cache channel", async (data) => {
    const { dial, publish, request } = await serve({ transport });
    await publish({ name: "e", channel: "cache-news", data });
    const caller = await dial();
    caller.say(subscribe("cache-news"));
    expect((await caller.settled())[1]).toEqual({ event: "e", channel: "cache-news", data });
    const params = { info: "cache" };
    expect((await request("GET", "/apps/app-id/channels/cache-news", { params })).body.cache.data).toBe(data);
  });

  test.each([
    ["x", 10_240],
    ["ż", 5120],
    ["€", 3413],
    ["😀", 2560],
  ])("49. The data of an event is measured in UTF-8: of %s it may have %i", async (character, count) => {
    const { dial, publish } = await serve({ transport });
    const caller = await listener(dial, "news");
    const data = character.repeat(count);
    expect((await publish({ name: "e", channel: "news", data })).status).toBe(200);
    expect((await publish({ name: "over", channel: "news", data: data + character })).status).toBe(413);
    expect(await caller.settled()).toEqual([{ event: "e", channel: "news", data }]);
  });

  test("49. The name of an event is measured in characters", async () => {
    const { publish } = await serve({ transport });
    const name = "ż".repeat(200);
    expect((await publish({ name, channel: "news", data: "" })).status).toBe(200);
    expect((await publish({ name: `${name}ż`, channel: "news", data: "" })).status).toBe(400);
  });

  test("50. info that does not apply to a channel is left out of the answer to an event, channel by channel", async () => {
    const { dial, publish, request } = await serve({ transport, apps: [app({ subscriptionCount: true })] });
    const [caller, other] = [await dial(), await listener(dial, "news")];
    caller.say(subscription(caller, "presence-room", { user_id: "ann" }));
    caller.say(subscribe("news"));
    await Promise.all([caller.settled(), other.settled()]);
    const event = { name: "e", data: "", info: "user_count,subscription_count" };
    const { status, body } = await publish({
      ...event,
      channels: ["presence-room", "news", "presence-empty", "empty"],
    });
    expect(status).toBe(200);
    expect(body).toEqual({
      channels: {
        "presence-room": { user_count: 1, subscription_count: 1 },
        news: { subscription_count: 2 },
        "presence-empty": { user_count: 0, subscription_count: 0 },
        empty: { subscription_count: 0 },
      },
    });
    const batch = [
      { name: "e", channel: "news", data: "", info: "user_count" },
      { name: "e", channel: "presence-room", data: "", info: "user_count" },
    ];
    const answered = await request("POST", "/apps/app-id/batch_events", { body: JSON.stringify({ batch }) });
    expect(answered).toMatchObject({ status: 200, body: { batch: [{}, { user_count: 1 }] } });
  });

  test("50. A subscription_count that the app does not keep is left out of the answer to an event, and refused to a GET", async () => {
    const { publish, request } = await serve({ transport });
    const info = "subscription_count";
    const published = await publish({ name: "e", data: "", channels: ["news"], info });
    expect(published).toMatchObject({ status: 200, body: { channels: { news: {} } } });
    expect((await request("GET", "/apps/app-id/channels/news", { params: { info } })).status).toBe(400);
    expect((await request("GET", "/apps/app-id/channels", { params: { info } })).status).toBe(400);
  });

  test.each<[string, Record<string, string>]>([
    ["/news", { info: "user_count" }],
    ["/cache-news", { info: "user_count,cache" }],
    ["/news", { info: "cache" }],
    ["/news", { info: "nonsense" }],
    ["", { info: "user_count" }],
    ["", { info: "user_count", filter_by_prefix: "private-" }],
    ["", { info: "cache", filter_by_prefix: "cache-" }],
    ["/news/users", {}],
  ])("50. info that does not apply is refused to GET /channels%s with %j", async (path, params) => {
    const { request } = await serve({ transport });
    expect(await request("GET", `/apps/app-id/channels${path}`, { params })).toMatchObject({
      status: 400,
      body: { error: expect.any(String) },
    });
  });

  test("51. A channel that nobody is in is answered with 200, not occupied, and with the counts that were asked for", async () => {
    const { request } = await serve({ transport, apps: [app({ subscriptionCount: true })] });
    const get = (path: string, info?: string) =>
      request("GET", `/apps/app-id/channels/${path}`, info === undefined ? {} : { params: { info } });
    expect(await get("news")).toMatchObject({ status: 200, body: { occupied: false } });
    expect((await get("news")).body).toEqual({ occupied: false });
    expect((await get("news", "subscription_count")).body).toEqual({ occupied: false, subscription_count: 0 });
    expect((await get("presence-x", "user_count,subscription_count")).body).toEqual({
      occupied: false,
      user_count: 0,
      subscription_count: 0,
    });
    expect((await get("cache-x", "cache")).body).toEqual({ occupied: false, cache: null });
    expect(await get("presence-x/users")).toMatchObject({ status: 200, body: { users: [] } });
  });

  test.each([
    ["a@b=c,d;e", "a%40b%3Dc%2Cd%3Be"],
    ["a@b=c,d;e", "a@b=c,d;e"],
    ["a@b=c,d;e", "a%40b=c%2cd;e"],
    ["news", "%6eews"],
    ["News", "News"],
  ])("52. The channel %s is found by the path /channels/%s, which is signed as it stands", async (channel, segment) => {
    const { dial, request } = await serve({ transport });
    await listener(dial, channel);
    expect(await request("GET", `/apps/app-id/channels/${segment}`)).toMatchObject({
      status: 200,
      body: { occupied: true },
    });
  });

  test("52. A user and a presence channel are found by paths that are escaped, and an escaped slash ends no segment", async () => {
    const { dial, request } = await serve({ transport });
    const [caller, member] = [await dial(), await dial()];
    caller.say(signin(caller, { id: "a/b@c%41" }));
    await caller.settled();
    member.say(subscription(member, "presence-a@b", { user_id: "ann" }));
    await member.settled();
    expect((await request("GET", "/apps/app-id/channels/presence-a%40b/users")).body).toEqual({
      users: [{ id: "ann" }],
    });
    const ended = await request("POST", "/apps/app-id/users/a%2Fb%40c%2541/terminate_connections");
    expect(ended.body).toMatchObject({ connections: 1 });
    expect((await caller.closed).code).toBe(4009);
  });

  test("52. A request whose path was signed unescaped and arrives escaped is refused", async () => {
    const { port } = await serve({ transport });
    const now = Math.floor(Date.now() / 1000);
    const query = signRequest(key, { method: "GET", path: "/apps/app-id/channels/a@b" }, digests, now);
    expect((await ask(port, "GET", `/apps/app-id/channels/a@b?${query}`)).status).toBe(200);
    expect((await ask(port, "GET", `/apps/app-id/channels/a%40b?${query}`)).status).toBe(401);
  });

  const batchPath = "/apps/app-id/batch_events";
  const event = { name: "e", channel: "news", data: "" };

  test.each<[number, string, string, unknown]>([
    [400, "POST", batchPath, {}],
    [400, "POST", batchPath, { batch: null }],
    [400, "POST", batchPath, { batch: { length: 1 } }],
    [400, "POST", batchPath, { batch: [null] }],
    [400, "POST", batchPath, { batch: [[]] }],
    [400, "POST", batchPath, []],
    [400, "POST", batchPath, null],
    [400, "POST", "/apps/app-id/events", undefined],
    [400, "POST", "/apps/app-id/events", {}],
    [413, "POST", "/apps/app-id/events", { ...event, data: "x".repeat(10_241) }],
    [413, "POST", batchPath, { batch: [{ ...event, data: "x".repeat(10_241) }] }],
    [413, "POST", "/apps/app-id/events", { ...event, data: "x".repeat(1_100_000) }],
    [404, "GET", "/apps/nobody/channels", undefined],
    [404, "GET", "/apps/app-id/nothing", undefined],
    [405, "DELETE", "/apps/app-id/channels/news", undefined],
    [400, "GET", "/apps/app-id/channels/%zz", undefined],
  ])(
    "53. %i, with a sentence, is the answer to %s %s where it cannot be done (%#)",
    async (status, method, path, body) => {
      const { request } = await serve({ transport });
      const answered = await request(method, path, body === undefined ? {} : { body: JSON.stringify(body) });
      expect(answered).toMatchObject({ status, body: { error: expect.any(String) } });
      expect((await request("GET", "/apps/app-id/channels")).status).toBe(200);
    },
  );

  test("53. A request that is not signed, one to a disabled app and one too many are answered: 401, 403, 429", async () => {
    const disabled = { id: "closed", key: "closed-key", secret: "s" };
    const apps = [app({ limits: { eventsPerSecond: 1 } }), { ...disabled, enabled: false }];
    const { port, request, publish } = await serve({ transport, apps }, { clock: new FakeClock() });
    expect(await ask(port, "GET", "/apps/app-id/channels")).toMatchObject({
      status: 401,
      body: { error: expect.any(String) },
    });
    expect(await request("GET", "/apps/closed/channels", { as: disabled })).toMatchObject({
      status: 403,
      body: { error: expect.any(String) },
    });
    expect((await publish(event)).status).toBe(200);
    const tooMany = await publish(event);
    expect(tooMany).toMatchObject({ status: 429, body: { error: expect.any(String) } });
    expect(tooMany.headers.get("retry-after")).toBe("1");
  });

  test("53. A request is answered with 500 where the server fails, and so is the next", async () => {
    const clock = new (class extends FakeClock {
      broken = false;
      override now(): number {
        if (this.broken) throw new Error("the clock stands still");
        return super.now();
      }
    })();
    const { port, request } = await serve({ transport }, { clock });
    clock.broken = true;
    for (let n = 0; n < 2; n++) {
      expect(await ask(port, "GET", "/apps/app-id/channels")).toMatchObject({
        status: 500,
        body: { error: expect.any(String) },
      });
    }
    clock.broken = false;
    expect((await request("GET", "/apps/app-id/channels")).status).toBe(200);
  });

  test("54. An event to a channel that is named twice is delivered there once, and its info given once", async () => {
    const { dial, publish } = await serve({ transport });
    const caller = await listener(dial, "news", "sports");
    const { body } = await publish({
      name: "e",
      channels: ["news", "sports", "news", "news"],
      data: "x",
      info: "user_count",
    });
    expect(body).toEqual({ channels: { news: {}, sports: {} } });
    expect((await caller.settled()).map(({ channel }) => channel)).toEqual(["news", "sports"]);
  });

  test("54. Two events of a batch to one channel are both delivered", async () => {
    const { dial, request } = await serve({ transport });
    const caller = await listener(dial, "news");
    await request("POST", batchPath, { body: JSON.stringify({ batch: [event, event] }) });
    expect(await names(caller)).toEqual(["e", "e"]);
  });

  test("55. channels that is a string names one channel", async () => {
    const { dial, publish } = await serve({ transport });
    const caller = await listener(dial, "news", "n");
    expect((await publish({ name: "e", channels: "news", data: "x" })).status).toBe(200);
    expect(await caller.settled()).toEqual([{ event: "e", channel: "news", data: "x" }]);
    expect((await publish({ name: "e", channels: "a b", data: "x" })).status).toBe(400);
  });

  test("56. The socket that is to be excepted hears the event on none of its channels, and everyone else on each", async () => {
    const { dial, publish } = await serve({ transport });
    const channels = ["news", "private-room", "cache-news"];
    const [sender, other] = [await listener(dial, ...channels), await listener(dial, ...channels)];
    await publish({ name: "e", channels, data: "x", socket_id: sender.socketId });
    expect(await sender.settled()).toEqual([]);
    expect((await other.settled()).map(({ channel }) => channel)).toEqual(channels);
  });

  test("56. The socket that is to be excepted is another for each event of a batch, and may be one of a user's", async () => {
    const { dial, request } = await serve({ transport });
    const [a, b] = [await listener(dial, "news"), await listener(dial, "news")];
    for (const caller of [a, b]) {
      caller.say(signin(caller, { id: "ann" }));
      await caller.settled();
    }
    const batch = [
      { ...event, name: "not to a", socket_id: a.socketId },
      { ...event, name: "not to b", socket_id: b.socketId },
      { ...event, name: "user, not to a", channel: "#server-to-user-ann", socket_id: a.socketId },
      { ...event, name: "to both" },
    ];
    await request("POST", batchPath, { body: JSON.stringify({ batch }) });
    expect(await names(a)).toEqual(["not to b", "to both"]);
    expect(await names(b)).toEqual(["not to a", "user, not to a", "to both"]);
  });

  test("58. All who hear an event hear the same bytes, be it a backend's, a client's or of a member who came", async () => {
    const { dial, port, publish } = await serve({ transport, apps: [app({ clientEvents: true })] });
    const room = "presence-room";
    const sender = await dial();
    sender.say(subscription(sender, room, { user_id: "sender" }));
    await sender.settled();

    /** Enters the room. @returns the frames that follow its success, as they came */
    async function overhear(id: string): Promise<string[]> {
      const socket = new WebSocket(`ws://127.0.0.1:${port}/app/app-key?protocol=7`);
      onTestFinished(() => socket.terminate());
      const [handshake] = await once(socket, "message");
      const { socket_id: socketId } = JSON.parse(JSON.parse(String(handshake)).data);
      socket.send(JSON.stringify(subscription({ socketId }, room, { user_id: id })));
      await once(socket, "message");
      const frames: string[] = [];
      socket.on("message", (bytes) => frames.push(String(bytes)));
      return frames;
    }

    const heard: string[][] = [];
    for (const id of ["a", "b", "c", "d"]) heard.push(await overhear(id));
    const late = await overhear("late");
    await publish({ name: "e ż", channel: room, data: '{ "a":"\\u00e9é" }' });
    sender.say({ event: "client-x", channel: room, data: { on: true } });
    await sender.settled();
    const witness = await listener(dial);
    await witness.settled();

    const expected = [
      `{"event":"e ż","channel":"${room}","data":${JSON.stringify('{ "a":"\\u00e9é" }')}}`,
      `{"event":"client-x","channel":"${room}","data":"{\\"on\\":true}","user_id":"sender"}`,
    ];
    const added = `{"event":"pusher_internal:member_added","channel":"${room}","data":"{\\"user_id\\":\\"late\\"}"}`;
    for (const frames of heard) expect(frames.slice(-3)).toEqual([added, ...expected]);
    expect(late).toEqual(expected);
  });
});
