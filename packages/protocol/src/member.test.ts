import fc from "fast-check";
import { expect, test } from "vitest";
import { ProtocolError } from "./errors.ts";
import { memberOf, parseMember } from "./member.ts";
import { isUserId } from "./user.ts";

test.each([
  ['{"user_id":"10","user_info":{"name":"A"}}', { userId: "10", info: '{"name":"A"}' }],
  ['{"user_id":10}', { userId: "10", info: undefined }],
  ['{"user_id":0}', { userId: "0", info: undefined }],
  ['{"user_id":"10","user_info":null}', { userId: "10", info: "null" }],
  ['{"user_id":"10","user_info":false}', { userId: "10", info: "false" }],
  ['{"user_id":"10","user_info":""}', { userId: "10", info: '""' }],
  ['{"user_id":"__proto__","user_info":[1]}', { userId: "__proto__", info: "[1]" }],
  ['{"user_id":"constructor"}', { userId: "constructor", info: undefined }],
  ['{"user_id":"a","user_info":{"__proto__":1}}', { userId: "a", info: '{"__proto__":1}' }],
  ['{"user_id":"a","user_info":{"toJSON":1}}', { userId: "a", info: '{"toJSON":1}' }],
  ['{"user_id":"\\u00e9","other":1}', { userId: "é", info: undefined }],
])("channel_data %s is read", (text, member) => {
  expect(parseMember(text)).toEqual(member);
});

test("a numeric user_id and its decimal string are the same member", () => {
  expect(parseMember('{"user_id":1}')).toEqual(parseMember('{"user_id":"1"}'));
});

test.each(["9007199254740993", "12345678901234567890", "1e999", "-1e999"])(
  "the numeric user_id %s is refused, for it would be read as another number",
  (number) => {
    expect(fault(`{"user_id":${number}}`)).toMatchObject({
      reason: "unauthorized",
      message: expect.stringContaining("user_id"),
    });
  },
);

test.each(["", "abc", "{", "null", "5", '"a"', '["user_id"]'])("channel_data %j is no JSON object", (text) => {
  expect(fault(text)).toMatchObject({ reason: "unauthorized", message: "channel_data is not a JSON object" });
});

test.each([undefined, null, "", true, {}, ["1"], ".", "..", "x".repeat(129), "a\0", "\ud800"])(
  "channel_data is refused where its user_id is %j",
  (user_id) => {
    expect(fault(JSON.stringify({ user_id }))).toMatchObject({
      reason: "unauthorized",
      message: expect.stringContaining("channel_data.user_id"),
    });
  },
);

test("a user_id that is inherited is none", () => {
  expect(fault('{"__proto__":{"user_id":"1"}}')).toMatchObject({ reason: "unauthorized" });
});

test("a signed-in user is a member by its id and its user_info", () => {
  expect(memberOf({ id: "1", user_info: { name: "A" }, watchlist: ["2"] })).toEqual({
    userId: "1",
    info: '{"name":"A"}',
  });
  expect(memberOf({ id: "1", user_info: null })).toEqual({ userId: "1", info: "null" });
  expect(memberOf({ id: "1" })).toEqual({ userId: "1", info: undefined });
});

const abyss = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;

test("user_info nested so deeply that it cannot be written again is refused", () => {
  const refusal = { reason: "unauthorized", message: expect.stringContaining("user_info") };
  expect(fault(`{"user_id":"1","user_info":${abyss}}`)).toMatchObject(refusal);
  expect(thrown(() => memberOf({ id: "1", user_info: JSON.parse(abyss) }))).toMatchObject(refusal);
});

test("whatever channel_data is, it is read or refused", () => {
  const near = fc.record(
    { user_id: fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 1 })), user_info: fc.jsonValue({ maxDepth: 1 }) },
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
        const { userId, info } = parseMember(data);
        expect(isUserId(userId)).toBe(true);
        expect(info).toBe(JSON.stringify(JSON.parse(data).user_info));
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }),
    { numRuns: 10_000 },
  );
});

function fault(text: string): ProtocolError {
  return thrown(() => parseMember(text));
}

function thrown(act: () => unknown): ProtocolError {
  try {
    act();
  } catch (error) {
    if (error instanceof ProtocolError) return error;
    throw error;
  }
  throw new Error("Nothing was refused");
}
