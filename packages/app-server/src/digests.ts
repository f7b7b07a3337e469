import { hmac } from "@noble/hashes/hmac.js";
import { md5 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { Digests } from "@usher/credentials";

/** The digests of the protocol in plain JavaScript: Web Crypto has no MD5, and its HMAC would make every signature a promise. */
export const digests: Digests = {
  hmac: (secret, text) => bytesToHex(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(text))),
  md5: (body) => bytesToHex(md5(typeof body === "string" ? utf8ToBytes(body) : body)),
};
