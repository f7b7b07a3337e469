import { describe, expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { cacheContract, expiryContract } from "./cache.contract.ts";
import { MemoryCache } from "./memory.ts";

describe("the cache in memory", () => {
  cacheContract(async () => new MemoryCache(new FakeClock()));

  expiryContract(() => {
    const clock = new FakeClock();
    return { clock, cache: new MemoryCache(clock) };
  });
});

test("what is over is let go, so that channels which are never heard of again cost nothing for long", async () => {
  const clock = new FakeClock();
  const cache = new MemoryCache(clock);
  const cancel = cache.watch();
  cache.remember("app", "cache-a", "1", 30);
  cache.remember("app", "cache-b", "1", 90);
  clock.pass(60_000);
  expect(cache.size).toBe(1);
  clock.pass(60_000);
  expect(cache.size).toBe(0);
  cancel();
  expect(clock.timers).toBe(0);
});
