import { createHash, createHmac } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { digests } from "./digests.ts";

test("the HMAC is the one of RFC 2104, for secrets and texts of every length", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "binary", maxLength: 200 }),
      fc.string({ unit: "binary", maxLength: 500 }),
      (secret, text) => {
        expect(digests.hmac(secret, text)).toBe(createHmac("sha256", secret).update(text).digest("hex"));
      },
    ),
  );
});

test("the MD5 is the same for a text and for its bytes", () => {
  const text = "ą§¶™€łü€ß£";
  expect(digests.md5(text)).toBe(createHash("md5").update(text).digest("hex"));
  expect(digests.md5(Buffer.from(text))).toBe(digests.md5(text));
});
