import { equalInConstantTime } from "./compare.ts";
import type { AppKey, Hmac } from "./keys.ts";

/** Why an `auth` string was not accepted. */
export type AuthFault = "malformed" | "unknown-key" | "wrong-signature";

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
  return equalInConstantTime(auth.slice(colon + 1), hmac(signer.secret, text)) ? undefined : "wrong-signature";
}
