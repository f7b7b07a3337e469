import { describe, expect, test, vi } from "vitest";
import { onRedis } from "../testing/redis-node.ts";
import { cacheContract } from "./cache.contract.ts";
import { RedisCache } from "./redis.ts";

describe("the cache in redis", () => {
  const redis = onRedis();
  const cacheOf = async (cluster: string): Promise<RedisCache> => new RedisCache(await redis.node(cluster));

  cacheContract(() => cacheOf(redis.cluster()));

  test("recalls what another node has remembered", async () => {
    const cluster = redis.cluster();
    const [one, two] = [await cacheOf(cluster), await cacheOf(cluster)];
    await one.remember("app", "cache-a", "1", 60);
    expect((await two.recall("app", "cache-a"))?.frame).toBe("1");
  });

  test("gives whoever is recalling what is sent meanwhile, by this node or by another", async () => {
    const cache = await cacheOf(redis.cluster());
    await cache.remember("app", "cache-a", "1", 60);
    const before = cache.recall("app", "cache-a");
    void cache.remember("app", "cache-a", "2", 60);
    expect((await before)?.frame).toBe("2");
    const again = cache.recall("app", "cache-a");
    cache.heard("app", "cache-b", "of another channel", 60);
    cache.heard("app", "cache-a", "3", 60);
    expect((await again)?.frame).toBe("3");
    expect((await cache.recall("app", "cache-a"))?.frame).toBe("2");
  });

  test("forgets an event when its time is over", async () => {
    const cache = await cacheOf(redis.cluster());
    await cache.remember("app", "cache-a", "1", 0.05);
    await vi.waitUntil(async () => (await cache.recall("app", "cache-a")) === undefined, { interval: 10 });
  });
});
