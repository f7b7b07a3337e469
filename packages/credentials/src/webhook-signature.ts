import { webhookString } from "@usher/protocol";
import { equalInConstantTime } from "./compare.ts";
import type { AppKey, Hmac } from "./keys.ts";

/** The headers by which a webhook proves where it comes from. */
export interface WebhookSignature {
  /** `X-Pusher-Key` */
  readonly key: string;
  /** `X-Pusher-Signature` */
  readonly signature: string;
}

/** @param body the body exactly as it will be sent */
export function signWebhook({ key, secret }: AppKey, body: string, hmac: Hmac): WebhookSignature {
  return { key, signature: hmac(secret, webhookString(body)) };
}

/** @param body the body exactly as it was received, never made anew from its value */
export function verifyWebhook(claimed: WebhookSignature, keys: readonly AppKey[], body: string, hmac: Hmac): boolean {
  const signer = keys.find(({ key }) => key === claimed.key);
  return signer !== undefined && equalInConstantTime(claimed.signature, hmac(signer.secret, webhookString(body)));
}
