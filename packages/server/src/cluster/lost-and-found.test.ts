import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, onTestFinished, test, vi } from "vitest";
import { openNetwork } from "../../../../tests/support/network.ts";
import { backend } from "../testing/backend.ts";
import { becomes, dialogue, usersOf } from "../testing/cluster.ts";
import { signin, subscribe, subscription } from "../testing/serve.ts";

const cluster = dialogue();
const lease = 2;
const run = promisify(execFile);

test("what a node could not give back when it left is given back by another when its lease is over", {
  timeout: 40_000,
}, async () => {
  const [one, two] = await cluster.nodes(2, { limits: { presenceMembers: 0 } }, lease);
  const here = await one.dial();
  here.say(subscription(here, "presence-room", { user_id: "ann" }));
  await here.next();
  for (let at = 0; at < 300; at++) {
    const caller = await two.dial();
    caller.say(subscription(caller, "presence-room", { user_id: `user ${at}` }));
    await caller.next();
  }
  cluster.redis.pause();
  await two.close();
  cluster.redis.resume();
  await becomes(one, 200);
  await vi.waitFor(async () => expect(await usersOf(one)).toEqual(["ann"]), { timeout: 15_000 });
});

test("a redis that comes back with what it had some time ago has lost nobody, whichever node is back first", {
  timeout: 30_000,
}, async () => {
  const [one] = await cluster.nodes(1, {}, lease);
  const network = await openNetwork(cluster.redis.port);
  onTestFinished(() => network.close());
  const two = await cluster.nodeBy(network.port, lease);
  const [ann, bob] = [await one.dial(), await two.dial()];
  ann.say(subscription(ann, "presence-room", { user_id: "ann" }));
  await ann.next();
  await run("redis-cli", ["-p", String(cluster.redis.port), "SAVE"]);
  bob.say(subscription(bob, "presence-room", { user_id: "bob" }));
  await bob.next();
  await ann.next();
  network.sever();
  await cluster.redis.kill();
  await becomes(one, 503);
  await becomes(two, 503);
  await cluster.redis.start();
  await becomes(one, 200); // it has seen bob come, of whom redis knows nothing
  const late = await one.dial();
  late.say(subscription(late, "presence-room", { user_id: "late" }));
  const { presence } = (await late.nextData()) as { presence: { ids: string[] } };
  expect(presence.ids.sort()).toEqual(["ann", "bob", "late"]);
  network.mend();
  await becomes(two, 200);
  expect(await bob.next()).toMatchObject({ event: "pusher_internal:member_added", data: '{"user_id":"late"}' });
  await vi.waitFor(async () => expect(await usersOf(two)).toEqual(["ann", "bob", "late"]), { timeout: 8000 });
  expect((await ann.settled()).map(({ data }) => data)).toEqual(['{"user_id":"late"}']);
  for (const caller of [bob, late]) expect(await caller.settled()).toEqual([]);
});

test("a row that was taken, though nobody heard the answer, is told all the same", { timeout: 30_000 }, async () => {
  const it = await backend();
  const [node] = await cluster.nodes(1, { webhooks: [{ url: it.url }] });
  const caller = await node.dial();
  caller.say(subscribe("news"));
  expect(await it.nextEvents()).toEqual(["channel_occupied news"]);
  cluster.redis.pause();
  await becomes(node, 503); // what it asks now is answered when nobody waits any more
  cluster.redis.resume();
  await becomes(node, 200);
  caller.say({ event: "pusher:unsubscribe", data: { channel: "news" } });
  expect(await it.nextEvents()).toEqual(["channel_vacated news"]);
});

test("who was ended and has come back honestly is left alone by a node that was cut off for a moment", {
  timeout: 30_000,
}, async () => {
  const [one] = await cluster.nodes(1, {}, lease);
  const way = await openNetwork(cluster.redis.port);
  onTestFinished(() => way.close());
  const two = await cluster.nodeBy(way.port, lease);
  const before = await two.dial();
  before.say(signin(before, { id: "ann" }));
  await before.next();
  await one.request("POST", "/apps/app-id/users/ann/terminate_connections");
  await before.closed;
  const after = await two.dial();
  after.say(signin(after, { id: "ann" }));
  expect((await after.next()).event).toBe("pusher:signin_success");
  after.say(subscribe("news"));
  await after.next();
  way.cut();
  await vi.waitUntil(async () => {
    await one.publish({ name: "e", channel: "news", data: "" });
    return (await after.settled()).some(({ event }) => event === "e"); // it hears again
  });
});

test("subscriptions are counted again when redis has lost them", { timeout: 30_000 }, async () => {
  const [one, two] = await cluster.nodes(2, { subscriptionCount: true }, lease);
  for (const node of [one, two, two]) {
    const caller = await node.dial();
    caller.say(subscribe("news"));
    await caller.next();
  }
  const counts = async (count: number): Promise<void> => {
    for (const node of [one, two]) {
      const params = { info: "subscription_count" };
      const { body } = await node.request("GET", "/apps/app-id/channels/news", { params });
      expect(body).toEqual({ occupied: true, subscription_count: count });
    }
  };
  await vi.waitFor(() => counts(3), { timeout: 5000 });
  await cluster.redis.kill();
  await becomes(one, 503);
  await becomes(two, 503);
  await cluster.redis.start();
  await vi.waitFor(() => counts(3), { timeout: 8000 });
});
