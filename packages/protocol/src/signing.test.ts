import fc from "fast-check";
import { expect, test } from "vitest";
import { parseChannel } from "./channel.ts";
import { parseJson } from "./json.ts";
import { channelString, requestString, userString, webhookString } from "./signing.ts";
import { isSocketId } from "./socket-id.ts";

test.each([
  ["1.1", "private-a", undefined, "1.1:private-a"],
  ["1.1", "private-a", "", "1.1:private-a"],
  ["1.1", "presence-a", '{"user_id":10}', '1.1:presence-a:{"user_id":10}'],
  ["1.1", "private-a", '"foo"', '1.1:private-a:"foo"'],
  ["1.1", "presence-a", ' {"b":1,\n"a":"\\u00e9"} ', '1.1:presence-a: {"b":1,\n"a":"\\u00e9"} '],
])("socket %s, channel %s and data %j are signed as %j", (socketId, channel, channelData, text) => {
  expect(channelString(socketId, channel, channelData)).toBe(text);
});

test("user data is signed as it was received, with two colons on each side of the word", () => {
  expect(userString("1.1", ' {"id":"\\u00e9"}')).toBe('1.1::user:: {"id":"\\u00e9"}');
});

test("a webhook is signed as its body", () => {
  expect(webhookString(' {"time_ms":1}\n')).toBe(' {"time_ms":1}\n');
});

const params = (...pairs: readonly (readonly [string, string])[]): readonly (readonly [string, string])[] => pairs;

test.each([
  ["the method in upper case", "get", params(["a", "1"]), "GET\n/p\na=1"],
  ["no parameters as nothing", "GET", params(), "GET\n/p\n"],
  ["names sorted", "GET", params(["b", "2"], ["a", "1"]), "GET\n/p\na=1&b=2"],
  ["names in lower case, and then sorted", "GET", params(["b", "2"], ["A", "1"], ["C", "3"]), "GET\n/p\na=1&b=2&c=3"],
  ["an underscore before the letters", "GET", params(["aa", "2"], ["a_", "1"]), "GET\n/p\na_=1&aa=2"],
  ["a shorter name before a longer one", "GET", params(["ab", "2"], ["a", "1"]), "GET\n/p\na=1&ab=2"],
  [
    "values of one name in their order",
    "GET",
    params(["c[]", "b"], ["a", ""], ["c[]", "a"]),
    "GET\n/p\na=&c[]=b&c[]=a",
  ],
  ["values as they are", "GET", params(["a", "X y&z=%2C+é"]), "GET\n/p\na=X y&z=%2C+é"],
  ["an empty name", "GET", params(["", ""], ["a", "1"]), "GET\n/p\n=&a=1"],
])("a request is signed with %s", (_, method, pairs, text) => {
  expect(requestString(method, "/p", pairs)).toBe(text);
});

test("making the signed string leaves the parameters as they were", () => {
  const pairs = params(["B", "2"], ["a", "1"]);
  requestString("GET", "/p", pairs);
  expect(pairs).toEqual([
    ["B", "2"],
    ["a", "1"],
  ]);
});

/** Fragments of which texts are made that come close to being read in two ways. */
const fragment = fc.constantFrom(
  "1.1",
  "2.2",
  ":",
  ":",
  "::",
  "user",
  "::user::",
  "private-",
  "presence-a",
  "a",
  "{}",
  '"',
  "0",
  " ",
);
const socketIds = fc.constantFrom("1.1", "2.2", "1.12", "11.1");
const channelNames = fc.oneof(
  fc
    .array(fc.constantFrom("private-", "presence-", "user", "a", "1.1", ".", "@"), { minLength: 1, maxLength: 4 })
    .map((parts) => parts.join("")),
  fc
    .array(fc.constantFrom(":", "::user::", "a", "1.1", "{}"), { maxLength: 4 })
    .map((parts) => `#server-to-user-a${parts.join("")}`),
);
const channelDatas = fc.option(
  fc.oneof(
    fc.json({ maxDepth: 1 }),
    fc.array(fragment, { maxLength: 4 }).map((parts) => JSON.stringify(parts.join(""))),
  ),
  { nil: undefined },
);

/** A text's beginnings that are followed by the mark, each with what comes after it. */
function cuts(text: string, mark: string): [before: string, after: string][] {
  return text
    .split(mark)
    .map((_, index, parts) => [parts.slice(0, index).join(mark), parts.slice(index).join(mark)])
    .slice(1) as [string, string][];
}

function readAsUser(text: string): string[] {
  return cuts(text, "::user::")
    .filter(([socketId]) => isSocketId(socketId))
    .map(([socketId]) => socketId);
}

/** All (socket, channel, data) that are signed as the text. The users' own channels are left out: no signature is ever asked for them. */
function readAsChannel(text: string): string[][] {
  const pairs = cuts(text, ":").filter(([socketId]) => isSocketId(socketId));
  const readings = pairs.flatMap(([socketId, rest]) => [
    [socketId, rest],
    ...cuts(rest, ":")
      .filter(([, data]) => parseJson(data) !== undefined)
      .map(([channel, data]) => [socketId, channel, data]),
  ]);
  return readings.filter(([, channel]) => channel !== undefined && (parseChannel(channel)?.kind ?? "user") !== "user");
}

test("what is signed for a channel is never what is signed for a user", () => {
  fc.assert(
    fc.property(socketIds, channelNames, channelDatas, (socketId, channel, channelData) => {
      fc.pre(isSocketId(socketId) && parseChannel(channel) !== undefined);
      return readAsUser(channelString(socketId, channel, channelData)).length === 0;
    }),
    { numRuns: 10_000 },
  );
});

test("what is signed for a user is never what is signed for a channel, whatever the user data", () => {
  const userData = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fragment).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(socketIds, userData, (socketId, data) => {
      const text = userString(socketId, data);
      return readAsUser(text).join() === socketId && readAsChannel(text).length === 0;
    }),
    { numRuns: 10_000 },
  );
});

test("what is signed for a channel can be read back in one way only", () => {
  fc.assert(
    fc.property(socketIds, channelNames, channelDatas, (socketId, channel, channelData) => {
      fc.pre(parseChannel(channel)?.kind !== "user");
      const text = channelString(socketId, channel, channelData);
      expect(readAsChannel(text)).toEqual([
        channelData === undefined ? [socketId, channel] : [socketId, channel, channelData],
      ]);
    }),
    { numRuns: 10_000 },
  );
});

test("no text has two readings, however it came about", () => {
  const texts = fc
    .tuple(socketIds, fc.array(fragment, { maxLength: 8 }))
    .map(([socketId, parts]) => socketId + parts.join(""));
  fc.assert(
    fc.property(texts, (text) => {
      return readAsChannel(text).length + readAsUser(text).length <= 1;
    }),
    { numRuns: 10_000 },
  );
});
