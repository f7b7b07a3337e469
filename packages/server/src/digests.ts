import { createHmac, hash } from "node:crypto";
import type { Digests } from "@usher/credentials";

/**
 * The digests of the credentials, by Node's one-shot `hash`. Every publish needs an HMAC and an MD5; the objects of `createHmac`
 * and `createHash` would cost half as much again, and the garbage collector's time besides.
 */
export const digests: Digests = {
  hmac(secret, text) {
    const pads = padsOf(secret);
    if (!pads) return createHmac("sha256", secret).update(text).digest("hex");
    pads.outer.write(hash("sha256", pads.inner + text, "binary"), blockBytes, "latin1");
    return hash("sha256", pads.outer, "hex");
  },
  md5: (body) => hash("md5", body, "hex"),
};

/** The block of SHA-256, to which HMAC (RFC 2104) pads its key, and its digest. */
const blockBytes = 64;
const digestBytes = 32;

/** The two keys that HMAC makes of a secret. */
interface Pads {
  readonly inner: string;
  /** With room behind it for the digest of the inner message. */
  readonly outer: Buffer;
}

/** One entry for each secret of the configuration. */
const padsBySecret = new Map<string, Pads | undefined>();

function padsOf(secret: string): Pads | undefined {
  if (!padsBySecret.has(secret)) padsBySecret.set(secret, makePads(secret));
  return padsBySecret.get(secret);
}

/** @returns `undefined` for the rare secret that is longer than a block, or whose inner key is no text: its bytes must be below 0x80 */
function makePads(secret: string): Pads | undefined {
  const key = Buffer.alloc(blockBytes);
  if (Buffer.byteLength(secret) > blockBytes || key.write(secret) !== secret.length) return undefined;
  const inner = key.map((byte) => byte ^ 0x36);
  const outer = Buffer.concat([key.map((byte) => byte ^ 0x5c), Buffer.alloc(digestBytes)]);
  return { inner: Buffer.from(inner).toString("latin1"), outer };
}
