import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { randomBytes } from "@noble/ciphers/utils.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { encodeBase64 } from "./base64.ts";

/** In bytes, as that of NaCl's secretbox. */
const nonceLength = 24;

/** The key of one encrypted channel, of 32 bytes (protocol 2.1). */
export function channelKey(masterKey: Uint8Array, channel: string): Uint8Array {
  return sha256(concatBytes(utf8ToBytes(channel), masterKey));
}

/** What travels as the data of an event on an encrypted channel. Strings are encrypted as JSON too, unlike on other channels. */
export function encryptData(masterKey: Uint8Array, channel: string, data: unknown): string {
  const nonce = randomBytes(nonceLength);
  const box = xsalsa20poly1305(channelKey(masterKey, channel), nonce);
  const ciphertext = box.encrypt(utf8ToBytes(JSON.stringify(data)));
  return JSON.stringify({ nonce: encodeBase64(nonce), ciphertext: encodeBase64(ciphertext) });
}
