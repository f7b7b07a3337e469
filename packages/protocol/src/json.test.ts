import { Buffer } from "node:buffer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { byteLength, isLargerThan, isRecord, parseJson } from "./json.ts";

test.each([
  ["", 0],
  ["abc", 3],
  ["\u007f\u0080", 3],
  ["\u07ff\u0800", 5],
  ["ą§¶™€łü€ß£", 23],
  ["😀", 4],
  ["\ud83d", 3],
  ["\ude00", 3],
  ["\ude00\ud83d", 6],
  ["\ud83d\ud83d\ude00", 7],
  ["\ud83d\ude00\ude00", 7],
  ["\uffff", 3],
])("%j has %i bytes", (text, bytes) => {
  expect(byteLength(text)).toBe(bytes);
});

test("every text has as many bytes as Node counts, lone surrogates included", () => {
  const edge = fc.constantFrom(0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff);
  const unit = fc.oneof(edge, fc.integer({ min: 0, max: 0xffff })).map((code) => String.fromCharCode(code));
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 40 }), (text) => byteLength(text) === Buffer.byteLength(text)),
    { numRuns: 10_000 },
  );
});

test.each([
  ["null", null],
  ['"a"', "a"],
  ["0", 0],
  ["[]", []],
  ['{"a":1}', { a: 1 }],
])("%s is JSON", (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test.each(["", " ", "undefined", "{", "{a:1}", "'a'", "NaN", "[1,]", "\ufeff{}", "{}{}"])("%j is not JSON", (text) => {
  expect(parseJson(text)).toBeUndefined();
});

test.each([{}, { a: 1 }, Object.create(null), parseJson('{"__proto__":null}')])("%j is a record", (value) => {
  expect(isRecord(value)).toBe(true);
});

test.each([undefined, null, 0, "", "abc", true, [], [{}]])("%j is no record", (value) => {
  expect(isRecord(value)).toBe(false);
});

test("a text is larger than a number of bytes exactly if its size says so", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 30 }), fc.nat(100), (text, bytes) => {
      expect(isLargerThan(text, bytes)).toBe(byteLength(text) > bytes);
    }),
    { numRuns: 10_000 },
  );
});
