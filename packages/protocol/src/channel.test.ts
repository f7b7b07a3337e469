import fc from "fast-check";
import { expect, test } from "vitest";
import { type Channel, parseChannel, userChannel, userChannelPrefix } from "./channel.ts";

type Row = readonly [name: string, kind: Channel["kind"], cache: boolean, encrypted: boolean];

const byPrefix: readonly Row[] = [
  ["private-encrypted-cache-x", "private", true, true],
  ["private-encrypted-x", "private", false, true],
  ["private-cache-x", "private", true, false],
  ["private-x", "private", false, false],
  ["presence-cache-x", "presence", true, false],
  ["presence-x", "presence", false, false],
  ["cache-x", "public", true, false],
  ["x", "public", false, false],
];

test.each(byPrefix)("%s is %s, cache %s, encrypted %s", (name, kind, cache, encrypted) => {
  expect(parseChannel(name)).toEqual({ name, kind, cache, encrypted });
});

const unanchored: readonly Row[] = [
  ["my-private-room", "public", false, false],
  ["my-presence-room", "public", false, false],
  ["foo-cache-bar", "public", false, false],
  ["privateer", "public", false, false],
  ["private", "public", false, false],
  ["presences", "public", false, false],
  ["cached-x", "public", false, false],
  ["Private-x", "public", false, false],
  ["PRESENCE-x", "public", false, false],
  ["encrypted-x", "public", false, false],
  ["cache-private-x", "public", true, false],
  ["private-foo-cache-bar", "private", false, false],
  ["private-presence-x", "private", false, false],
  ["private-cache-encrypted-x", "private", true, false],
  ["private-encrypted", "private", false, false],
  ["private-cache", "private", false, false],
  ["presence-encrypted-x", "presence", false, false],
  ["presence-private-x", "presence", false, false],
  ["presence-foo-cache-bar", "presence", false, false],
];

test.each(unanchored)(
  "a prefix counts only at the start and to the letter: %s is %s, cache %s, encrypted %s",
  (...row) => {
    const [name, kind, cache, encrypted] = row;
    expect(parseChannel(name)).toEqual({ name, kind, cache, encrypted });
  },
);

test.each(["private-", "presence-", "cache-", "private-encrypted-cache-"])("%s alone is a name", (name) => {
  expect(parseChannel(name)?.name).toBe(name);
});

test("every character of the protocol may stand in a name", () => {
  expect(parseChannel("AZaz09_-=@,.;")).toMatchObject({ kind: "public" });
});

test.each([
  "",
  "abc$",
  "#x",
  "#",
  "##server-to-user-a",
  "#server-to-user",
  "#Server-to-user-a",
  "x#server-to-user-a",
  "private-#server-to-user-a",
  "a:b",
  "private-a:{}",
  "a/b",
  "a b",
  " a",
  "a\n",
  "\na",
  "a\0",
  "é",
  "ａ",
  "😀",
  "a\ud800",
  "a+b",
  "a%20b",
  'a"b',
  "a\\b",
])("no channel can have the name %j", (name) => {
  expect(parseChannel(name)).toBeUndefined();
});

test.each([undefined, null, 111, {}, []])("a name that is no string, such as %j, makes no channel", (name) => {
  expect(() => parseChannel(name as unknown as string)).toThrow(TypeError);
});

test("a name may have 200 characters, its prefix included", () => {
  expect(parseChannel("a".repeat(200))).toBeDefined();
  expect(parseChannel("a".repeat(201))).toBeUndefined();
  expect(parseChannel(`private-${"a".repeat(192)}`)).toBeDefined();
  expect(parseChannel(`private-${"a".repeat(193)}`)).toBeUndefined();
});

test("an app may allow longer names or only shorter ones", () => {
  expect(parseChannel("a".repeat(164), 164)).toBeDefined();
  expect(parseChannel("a".repeat(165), 164)).toBeUndefined();
  expect(parseChannel("a".repeat(1000), Number.POSITIVE_INFINITY)).toBeDefined();
});

test.each(["a", "12345", "a:b", "a/b", "a b", "ą§¶™€łü€ß£", "#server-to-user-a", "...", "__proto__", "x".repeat(128)])(
  "the channel of the user %j names its user",
  (userId) => {
    const name = userChannel(userId);
    expect(name).toBe(`#server-to-user-${userId}`);
    expect(parseChannel(name)).toEqual({ name, kind: "user", cache: false, encrypted: false, userId });
  },
);

test("the length of other channels' names does not bind the user's own", () => {
  expect(parseChannel(userChannel("x".repeat(128)), 10)).toMatchObject({ kind: "user" });
});

test.each(["", ".", "..", "x".repeat(129), "a\0", "a\n", "\ta", "\u001f", "\u007f", "\ud800"])(
  "there is no user channel of the id %j",
  (userId) => {
    expect(parseChannel(userChannelPrefix + userId)).toBeUndefined();
  },
);

test("whatever the name, a channel keeps it, and outside the users' own no other character gets in", () => {
  const fragment = fc.constantFrom(
    "private-",
    "encrypted-",
    "cache-",
    "presence-",
    "#server-to-user-",
    ":",
    "a",
    "/",
    "\n",
  );
  const names = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(fragment, { maxLength: 5 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(names, (name) => {
      const channel = parseChannel(name);
      if (!channel) return;
      expect(channel.name).toBe(name);
      if (channel.kind === "user") expect(name).toBe(`#server-to-user-${channel.userId}`);
      if (channel.kind !== "user") expect(name).not.toMatch(/[^A-Za-z0-9_\-=@,.;]/);
      expect(channel.cache).toBe(/^(private-encrypted-|private-|presence-)?cache-/.test(name));
      expect(channel.encrypted).toBe(/^private-encrypted-/.test(name));
    }),
    { numRuns: 10_000 },
  );
});
