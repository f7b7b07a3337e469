import fc from "fast-check";
import { expect, test } from "vitest";
import { equalInConstantTime } from "./compare.ts";

test.each(["", "a", "é", "\0", "😀", "\ud800", "58df8b0c"])("%j equals itself", (text) => {
  expect(equalInConstantTime(text, text)).toBe(true);
});

test.each([
  ["", "a"],
  ["a", ""],
  ["a", "b"],
  ["a", "A"],
  ["ab", "ba"],
  ["abc", "abd"],
  ["abc", "bbc"],
  ["abc", "abcd"],
  ["abcd", "abc"],
  ["a", "a\0"],
  ["a", "\u0161"],
  ["\ud800", "\ufffd"],
  ["é", "e\u0301"],
])("%j does not equal %j", (a, b) => {
  expect(equalInConstantTime(a, b)).toBe(false);
});

test("it says what === says", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "b", "\0", "\u0161"), maxLength: 4 });
  fc.assert(
    fc.property(text, text, (a, b) => equalInConstantTime(a, b) === (a === b)),
    { numRuns: 10_000 },
  );
});
