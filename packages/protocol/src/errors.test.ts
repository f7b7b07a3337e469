import { expect, test } from "vitest";
import { closeAction, type ErrorName, errors, ProtocolError } from "./errors.ts";

test.each([
  [-1, undefined],
  [0, undefined],
  [1000, undefined],
  [1001, undefined],
  [1002, "backoff"],
  [1003, "backoff"],
  [1004, "backoff"],
  [1005, undefined],
  [1006, undefined],
  [1011, undefined],
  [3999, undefined],
  [4000, "tls_only"],
  [4001, "refused"],
  [4002, "refused"],
  [4003, "refused"],
  [4004, "refused"],
  [4005, "refused"],
  [4006, "refused"],
  [4007, "refused"],
  [4008, "refused"],
  [4009, "refused"],
  [4099, "refused"],
  [4100, "backoff"],
  [4199, "backoff"],
  [4200, "retry"],
  [4201, "retry"],
  [4202, "retry"],
  [4299, "retry"],
  [4300, "refused"],
  [4301, "refused"],
  [4302, "refused"],
  [4999, "refused"],
])("after a close with %i the client does: %s", (code, action) => {
  expect(closeAction(code)).toBe(action);
});

const table: readonly (readonly [ErrorName, number | null])[] = [
  ["tlsRequired", 4000],
  ["unknownApp", 4001],
  ["appDisabled", 4003],
  ["overQuota", 4004],
  ["unknownPath", 4005],
  ["invalidVersion", 4006],
  ["unsupportedVersion", 4007],
  ["missingVersion", 4008],
  ["unauthorized", 4009],
  ["overCapacity", 4100],
  ["stopping", 4100],
  ["joining", 4100],
  ["reconnect", 4200],
  ["pongMissing", 4201],
  ["inactive", 4202],
  ["clientEventRejected", 4301],
  ["watchlistTooLong", 4302],
  ["malformed", null],
  ["tooLarge", null],
  ["invalidChannel", null],
  ["unknownEvent", null],
  ["internal", null],
];

test.each(table)("the refusal %s has the code %s, and a sentence of its own if no other is given", (reason, code) => {
  const error = new ProtocolError(reason);
  expect(error.code).toBe(code);
  expect(error.message).toBe(errors[reason].message);
  expect(error.message).toMatch(/^[A-Z].{9,}[^.]$/);
});

test("there is no refusal beside these, and each code of the protocol has one", () => {
  expect(Object.keys(errors).sort()).toEqual(table.map(([reason]) => reason).sort());
});

test("a refusal is an Error that says which one it is", () => {
  const error = new ProtocolError("unauthorized", "Sign in first");
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({ name: "ProtocolError", reason: "unauthorized", code: 4009, message: "Sign in first" });
});
