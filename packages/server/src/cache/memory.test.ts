import { FakeClock } from "../testing/fake-clock.ts";
import { cacheContract } from "./cache.contract.ts";
import { MemoryCache } from "./memory.ts";

cacheContract("the cache in memory", () => {
  const clock = new FakeClock();
  return { clock, cache: new MemoryCache(clock) };
});
