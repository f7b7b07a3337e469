import { expect, test } from "vitest";
import type { FakeClock } from "../testing/fake-clock.ts";
import type { Cache } from "./cache.ts";

/** What every cache must do. */
export function cacheContract(create: () => Promise<Cache>): void {
  test("recalls the last event of a channel, and when it will be forgotten", async () => {
    const cache = await create();
    await cache.remember("app", "cache-a", "1", 60);
    await cache.remember("app", "cache-a", '{"a":"\\n\u2028 ☃"}', 600);
    const remembered = await cache.recall("app", "cache-a");
    expect(remembered?.frame).toBe('{"a":"\\n\u2028 ☃"}');
    const left = (remembered?.until ?? 0) - Date.now();
    expect(left).toBeGreaterThan(595_000);
    expect(left).toBeLessThanOrEqual(600_100);
  });

  test("recalls nothing of a channel that had no event, nor of another app's", async () => {
    const cache = await create();
    await cache.remember("app", "cache-a", "1", 60);
    expect(await cache.recall("app", "cache-b")).toBeUndefined();
    expect(await cache.recall("other", "cache-a")).toBeUndefined();
  });

  test("holds a channel called __proto__ like any other", async () => {
    const cache = await create();
    expect(await cache.recall("app", "__proto__")).toBeUndefined();
    await cache.remember("app", "__proto__", "1", 60);
    expect((await cache.recall("app", "__proto__"))?.frame).toBe("1");
  });
}

/** What a cache must do whose time a test can let pass. */
export function expiryContract(create: () => { cache: Cache; clock: FakeClock }): void {
  test("forgets an event when its time is over, and a later one begins its own", async () => {
    const { cache, clock } = create();
    await cache.remember("app", "cache-a", "1", 60);
    await cache.remember("app", "cache-b", "b", 60);
    clock.pass(59_999);
    await cache.remember("app", "cache-a", "2", 60);
    expect((await cache.recall("app", "cache-b"))?.frame).toBe("b");
    clock.pass(1);
    expect(await cache.recall("app", "cache-b")).toBeUndefined();
    expect((await cache.recall("app", "cache-a"))?.frame).toBe("2");
    clock.pass(59_999);
    expect(await cache.recall("app", "cache-a")).toBeUndefined();
  });
}
