import { expect, test, vi } from "vitest";
import { startSentinels } from "../../../../tests/support/redis-server.ts";
import { usersOf } from "../testing/cluster.ts";
import { onRedis } from "../testing/redis-node.ts";
import { ask, type Served, serve, subscribe, subscription } from "../testing/serve.ts";

const sentinels = onRedis(startSentinels);

const isReady = async ({ port }: Served): Promise<boolean> => (await ask(port, "GET", "/ready")).status === 200;

test("when the master dies and a replica takes its place, nodes go on with what they held", {
  timeout: 40_000,
}, async () => {
  const cluster = { redis: sentinels.server.url, name: sentinels.cluster(), leaseSeconds: 5 };
  const [one, two] = [await serve({ cluster }), await serve({ cluster })];
  const [here, there] = [await one.dial(), await two.dial()];
  here.say(subscription(here, "presence-room", { user_id: "ann" }));
  await here.next();
  there.say(subscription(there, "presence-room", { user_id: "bob" }));
  await there.next();
  await here.next();
  await sentinels.server.killMaster();
  await vi.waitUntil(async () => !(await isReady(one)), { timeout: 10_000 });
  await vi.waitUntil(async () => (await isReady(one)) && (await isReady(two)), { timeout: 20_000 });
  there.say(subscribe("news"));
  await there.next();
  expect((await one.publish({ name: "e", channel: "news", data: "1" })).status).toBe(200);
  expect(await there.next()).toMatchObject({ event: "e" });
  expect(await usersOf(two)).toEqual(["ann", "bob"]);
  expect(await here.settled()).toEqual([]);
});
