import { userString } from "@usher/protocol";
import { type AuthFault, signAuth, verifyAuth } from "./auth-string.ts";
import type { AppKey, Hmac } from "./keys.ts";

/** What a user credential vouches for: whoever holds this socket is this user. */
export interface UserClaim {
  readonly socketId: string;
  /** The exact string that travels beside the signature. */
  readonly userData: string;
}

/** The `auth` string of a sign-in. The socket id must have passed the protocol's validator: a colon in it would sign something else. */
export function signUser(key: AppKey, claim: UserClaim, hmac: Hmac): string {
  return signAuth(key, userString(claim.socketId, claim.userData), hmac);
}

/** @returns `undefined` if the `auth` string vouches for the claim, else what is wrong with it */
export function verifyUser(auth: string, keys: readonly AppKey[], claim: UserClaim, hmac: Hmac): AuthFault | undefined {
  return verifyAuth(auth, userString(claim.socketId, claim.userData), keys, hmac);
}
