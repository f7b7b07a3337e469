import fc from "fast-check";
import { expect, test } from "vitest";
import { ProtocolError } from "./errors.ts";
import { byteLength } from "./json.ts";
import { isUserId, parseUserData } from "./user.ts";

test.each(["a", "0", "12345", "a:b", "a/b", " ", "a b", "ą§¶™€łü€ß£", "...", "😀", "__proto__", '"', "x".repeat(128)])(
  "%j is a user id",
  (id) => {
    expect(isUserId(id)).toBe(true);
  },
);

const noUserIds = [
  undefined,
  null,
  "",
  123,
  true,
  {},
  ["a"],
  ".",
  "..",
  "x".repeat(129),
  "a\0b",
  "\n",
  "a\r",
  "\u001f",
  "\u007f",
];

test.each(noUserIds)("%j is no user id", (id) => {
  expect(isUserId(id)).toBe(false);
});

test.each(["\ud800", "a\udc00", "\ude00\ud83d"])("%j is no user id, for no bytes stand for it", (id) => {
  expect(isUserId(id)).toBe(false);
});

test("user data is what the app server said, members that the protocol does not name included", () => {
  const text = '{"id":"1","user_info":{"name":"A"},"watchlist":["u2","u3"],"team":{"id":7}}';
  expect(parseUserData(text)).toEqual({ id: "1", user_info: { name: "A" }, watchlist: ["u2", "u3"], team: { id: 7 } });
});

test.each([
  ["the id alone", '{"id":"1"}'],
  ["user_info that is null", '{"id":"1","user_info":null}'],
  ["user_info that is no object", '{"id":"1","user_info":[0,"a"]}'],
  ["a watchlist of nobody", '{"id":"1","watchlist":[]}'],
  ["an id written in escapes", '{"id":"\\u00e9"}'],
  ["the id __proto__", '{"id":"__proto__"}'],
  ["a member __proto__", '{"id":"1","__proto__":{"id":"2"}}'],
])("user data may be %s", (_, text) => {
  expect(parseUserData(text)).toEqual(JSON.parse(text));
});

test.each(["", "abc", "{", "undefined", "null", "111", '"abc"', '""', "true", '[{"id":"1"}]'])(
  "user data is refused where it is no JSON object: %j",
  (text) => {
    expect(fault(text)).toMatchObject({ reason: "unauthorized", message: "user_data is not a JSON object" });
  },
);

test.each([undefined, null, 111])("user data that is no string, such as %j, is refused", (data) => {
  expect(() => parseUserData(data as unknown as string)).toThrow();
});

test.each(noUserIds)("user data is refused where its id is %j", (id) => {
  expect(fault(JSON.stringify({ id }))).toMatchObject({
    reason: "unauthorized",
    message: expect.stringMatching(/user_data\.id/),
  });
});

test("an id that is inherited is none", () => {
  expect(fault('{"__proto__":{"id":"1"}}')).toMatchObject({ message: expect.stringMatching(/user_data\.id/) });
});

test.each([null, "u2", 5, {}, [1], ["u2", null], [["u2"]]])(
  "user data is refused where its watchlist is %j",
  (watchlist) => {
    expect(fault(JSON.stringify({ id: "1", watchlist }))).toMatchObject({
      reason: "unauthorized",
      message: expect.stringMatching(/user_data\.watchlist/),
    });
  },
);

test("user data may have 10240 bytes, not characters", () => {
  const around = byteLength('{"id":"1","user_info":""}');
  const withInfo = (info: string): string => JSON.stringify({ id: "1", user_info: info });
  expect(parseUserData(withInfo("a".repeat(10_240 - around)))).toMatchObject({ id: "1" });
  expect(fault(withInfo("a".repeat(10_241 - around)))).toMatchObject({ message: expect.stringMatching(/10240 bytes/) });
  expect(fault(withInfo("é".repeat(5_120)))).toMatchObject({
    reason: "unauthorized",
    message: expect.stringMatching(/10240 bytes/),
  });
});

test("whatever user data is, it is read or refused", () => {
  const near = fc.record(
    {
      id: fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 1 })),
      watchlist: fc.jsonValue({ maxDepth: 1 }),
      user_info: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: [] },
  );
  const text = fc.oneof(
    fc.string(),
    fc.json({ maxDepth: 1 }),
    near.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(text, (data) => {
      try {
        expect(isUserId(parseUserData(data).id)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }),
    { numRuns: 10_000 },
  );
});

function fault(text: string): ProtocolError {
  try {
    parseUserData(text);
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}
