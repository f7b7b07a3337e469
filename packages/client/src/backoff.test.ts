import { describe, expect, it } from "vitest";
import { attemptDeadline, backoff } from "./backoff.ts";

const almostOne = 1 - Number.EPSILON;

describe("the wait before an attempt", () => {
  it.each([
    [0, 1_000, 1_999],
    [1, 1_000, 2_999],
    [2, 1_000, 4_999],
    [4, 1_000, 16_999],
    [5, 1_000, 20_000],
    [1_000, 1_000, 20_000],
  ])("after %i failures lies between %i and %i ms", (failures, shortest, longest) => {
    expect(backoff(failures, 0)).toBe(shortest);
    expect(backoff(failures, almostOne)).toBe(longest);
  });

  it("differs from client to client", () => {
    expect(backoff(3, 0.25)).toBe(3_000);
    expect(backoff(3, 0.5)).toBe(5_000);
  });
});

it("is more patient with each attempt, up to a minute", () => {
  expect([0, 1, 2, 3, 1_000].map(attemptDeadline)).toEqual([15_000, 30_000, 60_000, 60_000, 60_000]);
});
