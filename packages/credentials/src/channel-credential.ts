import { channelString } from "@usher/protocol";
import { type AuthFault, signAuth, verifyAuth } from "./auth-string.ts";
import type { AppKey, Hmac } from "./keys.ts";

/** What a channel credential vouches for: this socket may subscribe to this channel, as this member. */
export interface ChannelClaim {
  readonly socketId: string;
  readonly channel: string;
  /** The exact string that travels beside the signature. Empty means none. */
  readonly channelData?: string | undefined;
}

/**
 * The `auth` string of a subscription. Both names must have passed the protocol's validators, and the channel must not be a user's own,
 * whose id may have colons: a colon in either would sign something else.
 */
export function signChannel(key: AppKey, claim: ChannelClaim, hmac: Hmac): string {
  return signAuth(key, channelString(claim.socketId, claim.channel, claim.channelData), hmac);
}

/** @returns `undefined` if the `auth` string vouches for the claim, else what is wrong with it */
export function verifyChannel(
  auth: string,
  keys: readonly AppKey[],
  claim: ChannelClaim,
  hmac: Hmac,
): AuthFault | undefined {
  return verifyAuth(auth, channelString(claim.socketId, claim.channel, claim.channelData), keys, hmac);
}
