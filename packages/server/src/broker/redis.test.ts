import { describe } from "vitest";
import { RedisServer, startRedisCluster } from "../../../../tests/support/redis-server.ts";
import { onRedis } from "../testing/redis-node.ts";
import { brokerContract, sharedBrokerContract } from "./broker.contract.ts";
import { RedisBroker } from "./redis.ts";

describe.each([
  ["a redis", () => RedisServer.start()],
  ["a redis cluster of three masters", startRedisCluster],
] as const)("the broker on %s", (_, start) => {
  const redis = onRedis<{ url: string; stop(): Promise<void> }>(start);

  async function broker(cluster: string): Promise<RedisBroker> {
    const parts = await redis.node(cluster);
    await parts.membership.start({ enter: async () => {}, joined: async () => {}, bury: async () => {}, apps: [] });
    return new RedisBroker(parts);
  }

  brokerContract(() => broker(redis.cluster()));

  sharedBrokerContract(async () => {
    const cluster = redis.cluster();
    return [await broker(cluster), await broker(cluster)];
  });
});
