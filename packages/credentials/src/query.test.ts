import fc from "fast-check";
import { expect, test } from "vitest";
import { Query } from "./query.ts";

test.each([
  ["a=1&b=2", "a", "1"],
  ["a=1&b=2", "b", "2"],
  ["a=1&a=2", "a", "1"],
  ["ba=1", "a", undefined],
  ["b=a=1", "a", undefined],
  ["b=&a=1=2", "a", "1=2"],
  ["A=1", "a", "1"],
  ["a", "a", ""],
  ["", "a", undefined],
  ["&&a=1&", "a", "1"],
  ["a=%26&b=2", "a", "&"],
  ["%61=1", "a", "1"],
  ["x=%26a=1", "a", undefined],
])("of %j, %s is %j", (text, name, value) => {
  expect(new Query(text).get(name)).toBe(value);
});

test("what is looked up in the text is what taking it apart would give", () => {
  const name = fc.constantFrom("a", "b", "ab", "auth_key");
  const value = fc.string({ unit: fc.constantFrom("a", "b", "=", "1", "-", "%41", "%26", "%3D"), maxLength: 4 });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value), { maxLength: 6 }), name, (pairs, asked) => {
      const query = new Query(pairs.map(([key, text]) => `${key}=${text}`).join("&"));
      expect(query.get(asked)).toBe(query.pairs().find(([given]) => given === asked)?.[1]);
    }),
    { numRuns: 5000 },
  );
});

test("the text without its signature is given only if it says what the parameters say", () => {
  expect(new Query("a=1&auth_signature=x").unsigned()).toBe("a=1");
  expect(new Query("a=1&auth_signature=x&b=2").unsigned()).toBeUndefined();
  expect(new Query("a=%31&auth_signature=x").unsigned()).toBeUndefined();
  expect(new Query("auth_signature=x").unsigned()).toBeUndefined();
  expect(new Query("a=1").unsigned()).toBeUndefined();
});
