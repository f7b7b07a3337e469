export type { AuthFault } from "./auth-string.ts";
export { type ChannelClaim, signChannel, verifyChannel } from "./channel-credential.ts";
export { equalInConstantTime } from "./compare.ts";
export type { AppKey, Digests, Hmac, Md5 } from "./keys.ts";
export type { Params } from "./query.ts";
export {
  type RequestFault,
  type SignedRequest,
  signatureParams,
  signRequest,
  type UnsignedRequest,
  verifyRequest,
} from "./request-signature.ts";
export { signUser, type UserClaim, verifyUser } from "./user-credential.ts";
export { signWebhook, verifyWebhook, type WebhookSignature } from "./webhook-signature.ts";
