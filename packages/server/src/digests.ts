import { hash } from "node:crypto";
import type { Digests } from "@usher/credentials";

/**
 * The digests of the credentials, by Node's one-shot `hash`. Every publish needs an HMAC and an MD5; the objects of `createHmac`
 * and `createHash` would cost half as much again, and the garbage collector's time besides.
 */
export const digests: Digests = {
  hmac(secret, text) {
    const { inner, outer } = padsOf(secret);
    const most = blockBytes + 3 * text.length;
    const room = most <= scratch.length ? scratch : Buffer.allocUnsafe(most);
    room.set(inner);
    const bytes = blockBytes + room.write(text, blockBytes);
    outer.write(hash("sha256", room.subarray(0, bytes), "hex"), blockBytes, "hex");
    return hash("sha256", outer, "hex");
  },
  md5: (body) => hash("md5", body, "hex"),
};

/** The block of SHA-256, by which HMAC (RFC 2104) pads its key, and its digest. */
const blockBytes = 64;
const digestBytes = 32;

/** Where a message is laid out that is not too long, as hardly any is. */
const scratch = Buffer.alloc(4096);

interface Pads {
  readonly inner: Buffer;
  /** With room behind it for the digest of the inner message. */
  readonly outer: Buffer;
}

/** One entry for each secret of the configuration. */
const padsBySecret = new Map<string, Pads>();

function padsOf(secret: string): Pads {
  const known = padsBySecret.get(secret);
  if (known) return known;
  const bytes = Buffer.from(secret);
  const key = bytes.length > blockBytes ? Buffer.from(hash("sha256", bytes, "hex"), "hex") : bytes;
  const pads = { inner: Buffer.alloc(blockBytes, 0x36), outer: Buffer.alloc(blockBytes + digestBytes, 0x5c) };
  for (const [index, byte] of key.entries()) {
    pads.inner[index] = 0x36 ^ byte;
    pads.outer[index] = 0x5c ^ byte;
  }
  padsBySecret.set(secret, pads);
  return pads;
}
