import { expect, test } from "vitest";
import { Timeline } from "./timeline.ts";

test("a time is covered by the first mark after it, and by none before there is one", () => {
  const timeline = new Timeline();
  timeline.mark(1000, 5);
  timeline.mark(2000, 9);
  expect([500, 1000, 1500, 2000, 2001].map((time) => timeline.newestAt(time))).toEqual([5, 5, 9, 9, undefined]);
});

test("marks are let go after an hour", () => {
  const timeline = new Timeline();
  timeline.mark(0, 1);
  timeline.mark(3_600_000, 2);
  expect(timeline.newestAt(0)).toBe(1);
  timeline.mark(3_600_001, 3);
  expect(timeline.newestAt(0)).toBe(2);
});
