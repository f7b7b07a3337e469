import { describe } from "vitest";
import { RedisServer, startRedisCluster } from "../../../../../tests/support/redis-server.ts";
import { onRedis } from "../../testing/redis-node.ts";
import { rosterContract, sharedRosterContract } from "../roster.contract.ts";
import { RedisRoster } from "./redis.ts";

describe.each([
  ["a redis", () => RedisServer.start()],
  ["a redis cluster of three masters", startRedisCluster],
] as const)("the roster on %s", (_, start) => {
  const redis = onRedis<{ url: string; stop(): Promise<void> }>(start);

  async function node(cluster: string) {
    const parts = await redis.node(cluster);
    const apps = ["a", "b"].map((id) => ({ id, hears: true }));
    return { roster: new RedisRoster({ ...parts, apps, grace: 3000 }), node: parts.membership.node };
  }

  rosterContract(() => node(redis.cluster()));

  sharedRosterContract(async () => {
    const cluster = redis.cluster();
    return [await node(cluster), await node(cluster)];
  });
});
