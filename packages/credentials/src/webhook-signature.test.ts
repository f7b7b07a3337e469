import { expect, test } from "vitest";
import type { AppKey } from "./keys.ts";
import { digests } from "./testing/digests.ts";
import { signWebhook, verifyWebhook } from "./webhook-signature.ts";

const { hmac } = digests;
const first: AppKey = { key: "a", secret: "tofu" };
const second: AppKey = { key: "b", secret: "miso" };
const body = '{"time_ms":1,"events":[]}';

test("any key of the app vouches for a webhook, by its own secret", () => {
  expect(verifyWebhook(signWebhook(first, body, hmac), [first, second], body, hmac)).toBe(true);
  expect(verifyWebhook(signWebhook(second, body, hmac), [first, second], body, hmac)).toBe(true);
});

test("a webhook of an unknown key is refused, even if the secret is that of a known one", () => {
  expect(verifyWebhook(signWebhook({ key: "c", secret: "tofu" }, body, hmac), [first, second], body, hmac)).toBe(false);
  expect(verifyWebhook(signWebhook(first, body, hmac), [], body, hmac)).toBe(false);
});

test("a webhook under the name of one key and the secret of another is refused", () => {
  expect(verifyWebhook(signWebhook({ key: "a", secret: "miso" }, body, hmac), [first, second], body, hmac)).toBe(false);
});

test.each(["", "0", `${hmac("tofu", body)}0`, hmac("tofu", body).slice(1), hmac("tofu", body).toUpperCase()])(
  "the signature %j is refused",
  (signature) => {
    expect(verifyWebhook({ key: "a", signature }, [first], body, hmac)).toBe(false);
  },
);

test.each([" ", "\n"])("the body counts byte for byte: %j more is another one", (space) => {
  expect(verifyWebhook(signWebhook(first, body, hmac), [first], body + space, hmac)).toBe(false);
});
