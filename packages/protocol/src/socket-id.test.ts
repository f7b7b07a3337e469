import { expect, test } from "vitest";
import { isSocketId } from "./socket-id.ts";

test.each(["1.1", "123.456", "1234.1234", "0.0", "281474976710655.281474976710655"])("%s is a socket id", (value) => {
  expect(isSocketId(value)).toBe(true);
});

test.each([
  undefined,
  null,
  111,
  1.1,
  "",
  "1.1:",
  ":1.1",
  ":\n1.1",
  "1.1\n:",
  "1.1\n",
  "\n1.1",
  "1.1\n2.2",
  " 1.1",
  "1.1 ",
  "1",
  "1.",
  ".1",
  ".",
  "1.1.1",
  "1,1",
  "1:1",
  "-1.1",
  "1e3.1",
  "a.b",
  "0x1.1",
  "１.１",
  "١.١",
  ["1.1"],
  { toString: () => "1.1" },
])("%j is no socket id", (value) => {
  expect(isSocketId(value)).toBe(false);
});
