import { utf8ToBytes } from "@noble/hashes/utils.js";
import { decodeBase64 } from "./base64.ts";

/** In bytes. */
const keyLength = 32;

/** The key from which those of all encrypted channels are made. */
export interface MasterKeyOptions {
  /** 32 random bytes in base64, as `openssl rand -base64 32` prints them. */
  readonly encryptionMasterKeyBase64?: string | undefined;
  /** @deprecated 32 characters, which hold less chance than 32 bytes: use `encryptionMasterKeyBase64`. */
  readonly encryptionMasterKey?: string | undefined;
}

/**
 * The key itself, if one is given.
 *
 * @throws Error with the sentences of the `pusher` package (protocol 8.1). They never hold the key
 */
export function parseMasterKey({
  encryptionMasterKey: raw,
  encryptionMasterKeyBase64: encoded,
}: MasterKeyOptions): Uint8Array | undefined {
  if (raw !== undefined && encoded !== undefined) {
    throw new Error(
      "Do not specify both encryptionMasterKey and encryptionMasterKeyBase64. encryptionMasterKey is deprecated, please specify only encryptionMasterKeyBase64.",
    );
  }
  return raw === undefined ? fromBase64(encoded) : fromCharacters(raw);
}

function fromCharacters(key: string): Uint8Array {
  if (typeof key !== "string") throw new Error("encryptionMasterKey must be a string");
  if (key.length === keyLength) return utf8ToBytes(key);
  throw new Error(`encryptionMasterKey must be 32 bytes long, but the provided key is ${key.length} bytes long`);
}

function fromBase64(key: string | undefined): Uint8Array | undefined {
  if (key === undefined) return undefined;
  if (typeof key !== "string") throw new Error("encryptionMasterKeyBase64 must be a string");
  const bytes = decodeBase64(key);
  if (!bytes) throw new Error("encryptionMasterKeyBase64 must be valid base64");
  if (bytes.length === keyLength) return bytes;
  throw new Error(
    `encryptionMasterKeyBase64 must decode to 32 bytes, but the provided key decodes to ${bytes.length} bytes`,
  );
}
