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
  const signers = keys.filter(({ key }) => key === claimed.key);
  return signers.some(({ secret }) => equalInConstantTime(claimed.signature, hmac(secret, webhookString(body))));
}
