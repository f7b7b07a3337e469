import { equalInConstantTime } from "./compare.ts";
import type { AppKey, Hmac } from "./keys.ts";

/** Why an `auth` string was not accepted. */
export type AuthFault = "malformed" | "unknown-key" | "wrong-signature";

// Half a surrogate pair has no UTF-8: digests read it as U+FFFD, so a signature over that character would stand for every half.
const halfPair = /\p{Surrogate}/u;

/** `key:signature`, the form in which channel and user credentials travel. */
export function signAuth({ key, secret }: AppKey, text: string, hmac: Hmac): string {
  return `${key}:${hmac(secret, text)}`;
}

/**
 * Whether the `auth` string is a signature over the text by one of the keys.
 *
 * @returns `undefined` if it is, else what is wrong with it
 */
export function verifyAuth(auth: string, text: string, keys: readonly AppKey[], hmac: Hmac): AuthFault | undefined {
  const colon = auth.indexOf(":");
  if (colon < 1) return "malformed";
  const name = auth.slice(0, colon);
  const signer = keys.find(({ key }) => key === name);
  if (!signer) return "unknown-key";
  if (halfPair.test(text)) return "wrong-signature";
  return equalInConstantTime(auth.slice(colon + 1), hmac(signer.secret, text)) ? undefined : "wrong-signature";
}
