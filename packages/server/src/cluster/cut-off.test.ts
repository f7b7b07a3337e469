import { expect, onTestFinished, test, vi } from "vitest";
import { type Network, openNetwork } from "../../../../tests/support/network.ts";
import { becomes, dialogue, usersOf } from "../testing/cluster.ts";
import { signin, subscribe, subscription } from "../testing/serve.ts";

const cluster = dialogue();
const lease = 2;

async function wayTo(port: number): Promise<Network> {
  const way = await openNetwork(port);
  onTestFinished(() => way.close());
  return way;
}

test("a node that was cut off ends a user's connections when it is back, and refuses what was signed before", async () => {
  const [one] = await cluster.nodes(1, {}, lease);
  const way = await wayTo(cluster.redis.port);
  const two = await cluster.nodeBy(way.port, lease);
  const [ann, waiting] = [await two.dial(), await two.dial()];
  ann.say(signin(ann, { id: "ann" }));
  await ann.next();
  way.sever();
  await becomes(two, 503);
  const ended = await one.request("POST", "/apps/app-id/users/ann/terminate_connections");
  expect(ended.body).toEqual({ connections: 0, nodes: 0, complete: false });
  expect(await ann.settled()).toEqual([]);
  way.mend();
  expect((await ann.closed).code).toBe(4009);
  waiting.say(signin(waiting, { id: "ann" }));
  expect((await waiting.next()).event).toBe("pusher:error");
});

test("a node that was cut off for longer than a lease has lost its members to the others, and brings them back", async () => {
  const [one] = await cluster.nodes(1, {}, lease);
  const way = await wayTo(cluster.redis.port);
  const two = await cluster.nodeBy(way.port, lease);
  const [here, there] = [await one.dial(), await two.dial()];
  here.say(subscription(here, "presence-room", { user_id: "ann" }));
  await here.next();
  there.say(subscription(there, "presence-room", { user_id: "bob" }));
  await there.next();
  expect((await here.next()).event).toBe("pusher_internal:member_added");
  way.sever();
  expect(await here.next()).toMatchObject({ event: "pusher_internal:member_removed", data: '{"user_id":"bob"}' });
  expect(await usersOf(one)).toEqual(["ann"]);
  expect(await usersOf(two)).toEqual(["ann", "bob"]);
  here.say({ event: "pusher:unsubscribe", data: { channel: "presence-room" } });
  await here.settled();
  await vi.waitUntil(async () => (await usersOf(one)).length === 0);
  way.mend();
  await vi.waitUntil(async () => (await usersOf(one)).includes("bob"));
  expect(await there.next()).toMatchObject({ event: "pusher_internal:member_removed", data: '{"user_id":"ann"}' });
  expect(await usersOf(two)).toEqual(["bob"]);
});

test("a node that was cut off for a moment has missed nothing that is still so", async () => {
  const [one] = await cluster.nodes(1, {}, 30);
  const way = await wayTo(cluster.redis.port);
  const two = await cluster.nodeBy(way.port, 30);
  const there = await two.dial();
  there.say(subscription(there, "presence-room", { user_id: "bob" }));
  await there.next();
  way.sever();
  const here = await one.dial();
  here.say(subscription(here, "presence-room", { user_id: "ann" }));
  await here.next();
  way.mend();
  expect(await there.next()).toMatchObject({ event: "pusher_internal:member_added", data: '{"user_id":"ann"}' });
  there.say(subscribe("news"));
  await there.next();
  expect((await one.publish({ name: "e", channel: "news", data: "" })).status).toBe(200);
  expect((await there.next()).event).toBe("e");
});
