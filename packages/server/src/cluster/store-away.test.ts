import { expect, onTestFinished, test, vi } from "vitest";
import { RedisServer } from "../../../../tests/support/redis-server.ts";
import { silentLog } from "../log.ts";
import { becomes, dialogue } from "../testing/cluster.ts";
import { call } from "../testing/dial.ts";
import { ask, type Served, serve, signin, subscribe, subscription } from "../testing/serve.ts";

const cluster = dialogue();
const lease = 2;

const channels = async (node: Served): Promise<object> => (await node.request("GET", "/apps/app-id/channels")).body;
const users = async (node: Served): Promise<object> =>
  (await node.request("GET", "/apps/app-id/channels/presence-room/users")).body;

test("a node that starts without its redis is not ready, says so, takes nobody in, and joins when redis is there", async () => {
  await cluster.redis.kill();
  const [node] = await cluster.nodes(1, {}, lease);
  expect(await ask(node.port, "GET", "/ready")).toMatchObject({
    status: 503,
    body: { ready: false, state: "joining" },
  });
  const refused = call(node.port);
  expect(await refused.next()).toMatchObject({ event: "pusher:error" });
  expect((await refused.closed).code).toBe(4100);
  expect((await node.publish({ name: "e", channel: "news", data: "" })).status).toBe(503);
  await cluster.redis.start();
  await becomes(node, 200);
  expect((await node.dial()).socketId).not.toBe("");
});

test("while redis is away a node serves its own connections, says so, and refuses what it cannot do", async () => {
  const [one, two] = await cluster.nodes(2, {}, lease);
  const [here, there] = [await one.dial(), await two.dial()];
  for (const caller of [here, there]) {
    caller.say(subscribe("news"));
    await caller.next();
  }
  await cluster.redis.kill();
  await becomes(one, 503);
  await becomes(two, 503);
  expect((await ask(one.port, "GET", "/ready")).body).toMatchObject({ ready: false, state: "degraded" });
  expect(await one.publish({ name: "e", channel: "news", data: "1" })).toMatchObject({
    status: 503,
    body: { delivered: "local" },
  });
  expect(await here.next()).toMatchObject({ event: "e", data: "1" });

  const late = await one.dial();
  late.say(subscription(late, "presence-room", { user_id: "ann" }));
  expect(await late.nextData()).toMatchObject({ presence: { count: 1, ids: ["ann"] } });
  late.say(signin(late, { id: "ann", watchlist: ["bob"] }));
  expect((await late.next()).event).toBe("pusher:signin_success");
  expect(await channels(one)).toEqual({ channels: { news: {}, "presence-room": {} }, complete: false });
  expect(await users(one)).toEqual({ users: [{ id: "ann" }], complete: false });
  expect((await one.request("POST", "/apps/app-id/users/ann/terminate_connections")).body).toEqual({
    connections: 1,
    nodes: 1,
    complete: false,
  });

  await cluster.redis.start();
  await becomes(one, 200);
  await becomes(two, 200);
  await vi.waitUntil(async () => JSON.stringify(await channels(two)) === '{"channels":{"news":{}}}', { timeout: 5000 });
  expect((await one.publish({ name: "e", channel: "news", data: "2" })).status).toBe(200);
  expect(await there.next()).toMatchObject({ event: "e", data: "2" });
  expect(await there.settled()).toEqual([]);
});

test("when redis has lost everything, every node holds again what it held, and nobody is told anything", async () => {
  const [one, two] = await cluster.nodes(2, {}, lease);
  const [ann, bob, watcher] = [await one.dial(), await two.dial(), await two.dial()];
  ann.say(subscription(ann, "presence-room", { user_id: "ann" }));
  await ann.next();
  ann.say(signin(ann, { id: "ann" }));
  await ann.next();
  bob.say(subscription(bob, "presence-room", { user_id: "bob" }));
  await bob.next();
  await ann.next();
  watcher.say(signin(watcher, { id: "cleo", watchlist: ["ann"] }));
  await watcher.next();
  await watcher.next();

  await cluster.redis.kill();
  await becomes(one, 503);
  await becomes(two, 503);
  const late = await one.dial();
  late.say(subscription(late, "presence-room", { user_id: "late" }));
  expect(await late.nextData()).toMatchObject({ presence: { count: 3, ids: ["ann", "bob", "late"] } });
  await cluster.redis.start();
  await becomes(one, 200);
  await becomes(two, 200);
  expect(await bob.next()).toMatchObject({ event: "pusher_internal:member_added", data: '{"user_id":"late"}' });
  await vi.waitUntil(async () => ((await users(two)) as { users: object[] }).users.length === 3, { timeout: 5000 });
  await late.hangUp();
  expect(await bob.next()).toMatchObject({ event: "pusher_internal:member_removed", data: '{"user_id":"late"}' });
  for (const caller of [bob, watcher]) expect(await caller.settled()).toEqual([]);
  expect((await one.request("POST", "/apps/app-id/users/ann/terminate_connections")).body).toMatchObject({
    connections: 1,
  });
  expect(await bob.next()).toMatchObject({ event: "pusher_internal:member_removed", data: '{"user_id":"ann"}' });
});

test("a redis that answers nobody for longer than a lease, and then does, has lost nobody", async () => {
  const [one, two] = await cluster.nodes(2, {}, lease);
  const [ann, bob] = [await one.dial(), await two.dial()];
  ann.say(subscription(ann, "presence-room", { user_id: "ann" }));
  await ann.next();
  bob.say(subscription(bob, "presence-room", { user_id: "bob" }));
  await bob.next();
  await ann.next();
  cluster.redis.pause();
  await becomes(one, 503);
  await becomes(two, 503);
  expect((await two.publish({ name: "e", channel: "presence-room", data: "1" })).status).toBe(503);
  expect(await bob.next()).toMatchObject({ event: "e" });
  await bob.hangUp();
  cluster.redis.resume();
  await becomes(one, 200);
  await becomes(two, 200);
  expect(await ann.next()).toMatchObject({ event: "pusher_internal:member_removed", data: '{"user_id":"bob"}' });
  expect(await users(one)).toEqual({ users: [{ id: "ann" }] });
  expect(await ann.settled()).toEqual([]);
});

test("a redis that is too old is said to be", async () => {
  const old = await RedisServer.start("--rename-command", "SPUBLISH", "");
  onTestFinished(() => old.stop());
  const lines: object[] = [];
  const log = { ...silentLog, error: (members: object) => void lines.push(members) };
  const node = await serve({ cluster: { redis: old.url } }, { log });
  expect((await ask(node.port, "GET", "/ready")).status).toBe(503);
  expect(lines).toEqual([
    { reason: expect.stringContaining("Redis 7 or newer, or Valkey, and the right to use it are needed") },
  ]);
});

test("whoever comes while redis is away is seen on the node itself, and by everyone when redis is back, once each", async () => {
  const [one, two] = await cluster.nodes(2, {}, lease);
  const there = await two.dial();
  there.say(subscription(there, "presence-room", { user_id: "bob" }));
  await there.next();
  await cluster.redis.kill();
  await becomes(one, 503);
  await becomes(two, 503);
  const [ann, cleo] = [await one.dial(), await one.dial()];
  ann.say(subscription(ann, "presence-room", { user_id: "ann" }));
  expect(await ann.nextData()).toMatchObject({ presence: { ids: ["ann"] } });
  cleo.say(subscription(cleo, "presence-room", { user_id: "cleo" }));
  expect(await cleo.nextData()).toMatchObject({ presence: { ids: ["ann", "cleo"] } });
  expect(await ann.next()).toMatchObject({ event: "pusher_internal:member_added", data: '{"user_id":"cleo"}' });
  await cleo.hangUp();
  expect(await ann.next()).toMatchObject({ event: "pusher_internal:member_removed", data: '{"user_id":"cleo"}' });
  await cluster.redis.start();
  expect(await ann.next()).toMatchObject({ event: "pusher_internal:member_added", data: '{"user_id":"bob"}' });
  expect(await there.next()).toMatchObject({ event: "pusher_internal:member_added", data: '{"user_id":"ann"}' });
  await becomes(one, 200);
  await becomes(two, 200);
  for (const caller of [ann, there]) expect(await caller.settled()).toEqual([]);
});
