import { expect, test } from "vitest";
import type { Store } from "../../redis/store.ts";
import { onRedis } from "../../testing/redis-node.ts";
import { changeScript } from "./hold-scripts.ts";
import { RedisRoster } from "./redis.ts";

const redis = onRedis();

/** A node's roster, and how often it has asked the store for holds: what is asked in one turn is one round trip. */
async function node() {
  const parts = await redis.node(redis.cluster());
  let trips = 0;
  let inTurn = false;
  const run: Store["run"] = (script, ...rest) => {
    if (script === changeScript && !inTurn) {
      trips++;
      inTurn = true;
      setImmediate(() => {
        inTurn = false;
      });
    }
    return parts.store.run(script, ...rest);
  };
  const store = new Proxy(parts.store, {
    get: (it, name) => (name === "run" ? run : (Reflect.get(it, name) as () => void).bind(it)),
  });
  const roster = new RedisRoster({ ...parts, store, apps: [{ id: "a", hears: true }], grace: 3000 });
  await roster.start();
  return { roster, trips: () => trips };
}

test("ten thousand who come within some seconds are a hundred round trips at most", async () => {
  const { roster, trips } = await node();
  const held: Promise<unknown>[] = [];
  for (let turn = 0; turn < 2500; turn++) {
    for (let at = 0; at < 4; at++) held.push(roster.hold({ kind: "user", app: "a", userId: `user ${held.length}` }));
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(held);
  expect(trips()).toBeLessThanOrEqual(100);
  await roster.close();
});

test("whoever comes to a presence channel is one round trip, for the channel and the member together", async () => {
  const { roster, trips } = await node();
  await Promise.all([
    roster.hold({ kind: "channel", app: "a", channel: "presence-room" }),
    roster.hold({ kind: "member", app: "a", channel: "presence-room", userId: "ann" }),
  ]);
  expect(trips()).toBe(1);
  await roster.close();
});
