import { describe } from "vitest";
import { onRedis } from "../testing/redis-node.ts";
import { brokerContract, sharedBrokerContract } from "./broker.contract.ts";
import { RedisBroker } from "./redis.ts";

describe("the redis broker", () => {
  const redis = onRedis();

  async function broker(cluster: string): Promise<RedisBroker> {
    const parts = await redis.node(cluster);
    await parts.membership.start({ enter: async () => {}, joined: async () => {}, bury: async () => {} });
    return new RedisBroker(parts);
  }

  brokerContract(() => broker(redis.cluster()));

  sharedBrokerContract(async () => {
    const cluster = redis.cluster();
    return [await broker(cluster), await broker(cluster)];
  });
});
