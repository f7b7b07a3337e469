import { expect, test } from "vitest";
import { Tombstones } from "./tombstones.ts";

test("a tombstone covers the sockets that were open when it was written, and no later one", () => {
  const stones = new Tombstones();
  stones.write("ann", 5);
  expect([1, 5, 6].map((serial) => stones.covers("ann", serial))).toEqual([true, true, false]);
  expect(stones.covers("bob", 1)).toBe(false);
});

test("the next one of a user takes its place", () => {
  const stones = new Tombstones();
  stones.write("ann", 5);
  stones.write("ann", 9);
  expect([9, 10].map((serial) => stones.covers("ann", serial))).toEqual([true, false]);
  expect(stones.size).toBe(1);
});

test("stones under which no open socket can be are taken away", () => {
  const stones = new Tombstones();
  stones.write("ann", 5);
  stones.write("bob", 7);
  stones.write("ann", 9);
  stones.clear(8);
  expect([stones.size, stones.covers("ann", 9), stones.covers("bob", 7)]).toEqual([1, true, false]);
  stones.clear(Number.POSITIVE_INFINITY);
  expect(stones.size).toBe(0);
});
