import { expect, test } from "vitest";
import type { App } from "./apps/app.ts";
import { parseConfig } from "./config/config.ts";
import { Bucket, Rates } from "./limits.ts";
import { FakeClock } from "./testing/fake-clock.ts";

test("a bucket gives a second's worth at once, then as much as time brings", () => {
  const bucket = new Bucket(10, 0);
  for (let n = 0; n < 10; n++) expect(bucket.take(1, 0)).toBe(0);
  expect(bucket.take(1, 0)).toBe(100);
  expect(bucket.take(1, 99)).toBeCloseTo(1);
  expect(bucket.take(1, 100)).toBe(0);
  expect(bucket.take(1, 100)).toBeGreaterThan(0);
});

test("a bucket that was left alone holds a second's worth and no more", () => {
  const bucket = new Bucket(2, 0);
  bucket.take(2, 0);
  expect(bucket.take(2, 3_600_000)).toBe(0);
  expect(bucket.take(1, 3_600_000)).toBe(500);
});

test("what is refused costs nothing", () => {
  const bucket = new Bucket(1, 0);
  bucket.take(1, 0);
  for (let n = 0; n < 100; n++) bucket.take(1, 500);
  expect(bucket.take(1, 1000)).toBe(0);
});

test("what costs more than a second's worth passes when the bucket is full, and is paid off afterwards", () => {
  const bucket = new Bucket(10, 0);
  expect(bucket.take(25, 0)).toBe(0);
  expect(bucket.take(1, 1000)).toBe(600);
  expect(bucket.take(1, 1600)).toBe(0);
});

test("a clock that is set back stops nothing and gives nothing", () => {
  const bucket = new Bucket(1, 10_000);
  expect(bucket.take(1, 10_000)).toBe(0);
  expect(bucket.take(1, 0)).toBe(1000);
  expect(bucket.take(1, 1000)).toBe(0);
});

test("nodes that share the work share a limit, too", () => {
  const clock = new FakeClock(0);
  let nodes = 2;
  const rates = new Rates(clock, () => nodes);
  const [app] = parseConfig({ apps: [{ id: "a", key: "k", secret: "s", limits: { eventsPerSecond: 10 } }] }).apps as [
    App,
  ];
  const taken = (): number =>
    Array.from({ length: 20 }, () => rates.take(app, "eventsPerSecond", 1)).filter((wait) => wait === 0).length;
  expect(taken()).toBe(5);
  nodes = 1;
  expect(taken()).toBe(10);
});
