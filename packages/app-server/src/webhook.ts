import { type AppKey, verifyWebhook } from "@usher/credentials";
import { isRecord, parseJson } from "@usher/protocol";
import { digests } from "./digests.ts";
import type { WebhookEvent } from "./webhook-event.ts";

/** A webhook as it arrived. */
export interface WebhookRequest {
  /** A `Headers`, or an object; names may be in any case. */
  readonly headers: Headers | object;
  /** The body exactly as it arrived, never made anew from its value. Bytes are taken as UTF-8. */
  readonly rawBody: string | Uint8Array;
}

/** What a webhook tells. */
export interface WebhookData {
  /** When the body was made, in milliseconds since 1970. */
  readonly time_ms: number;
  readonly events: readonly WebhookEvent[];
}

/**
 * What the server tells the app of (protocol 7). Only what `isValid()` has said yes to comes from the server: the other methods read
 * whatever was sent.
 */
export class WebHook {
  readonly key: string | undefined;
  readonly signature: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
  readonly #keys: readonly AppKey[];
  readonly #data: WebhookData | undefined;

  constructor(keys: AppKey | readonly AppKey[], { headers, rawBody }: WebhookRequest) {
    this.#keys = [keys].flat();
    this.key = headerOf(headers, "x-pusher-key");
    this.signature = headerOf(headers, "x-pusher-signature");
    this.contentType = headerOf(headers, "content-type");
    this.body = textOf(rawBody);
    this.#data = this.isContentTypeValid() ? readData(this.body) : undefined;
  }

  /**
   * Whether it comes from the server: it is signed by a key of the app, and can be read. Never throws.
   *
   * @param extraTokens keys beside those of the app
   */
  isValid(extraTokens?: AppKey | readonly AppKey[] | null): boolean {
    return this.isBodyValid() && this.isSigned(extraTokens);
  }

  /** Whether a key of the app has signed the body, whatever it holds. */
  isSigned(extraTokens?: AppKey | readonly AppKey[] | null): boolean {
    const { key, signature, body } = this;
    if (key === undefined || signature === undefined) return false;
    const keys = [...this.#keys, ...[extraTokens ?? []].flat()];
    return verifyWebhook({ key, signature }, keys.filter(isKey), body, digests.hmac);
  }

  /** Whether it is said to be JSON, whatever is said of its characters. */
  isContentTypeValid(): boolean {
    return this.contentType?.split(";")[0]?.trim().toLowerCase() === "application/json";
  }

  /** Whether it is JSON with events, and said to be. */
  isBodyValid(): boolean {
    return this.#data !== undefined;
  }

  /** @throws WebHookError if the body is not valid */
  getData(): WebhookData {
    if (this.#data) return this.#data;
    throw new WebHookError("Invalid WebHook body", this.contentType, this.body, this.signature);
  }

  /** @throws WebHookError if the body is not valid */
  getEvents(): readonly WebhookEvent[] {
    return this.getData().events;
  }

  /** When the body was made. @throws WebHookError if the body is not valid */
  getTime(): Date {
    return new Date(this.getData().time_ms);
  }
}

/** Somebody reads events of a body that has none. */
export class WebHookError extends Error {
  override readonly name = "PusherWebHookError";
  readonly contentType: string | undefined;
  readonly body: string;
  readonly signature: string | undefined;

  constructor(message: string, contentType: string | undefined, body: string, signature: string | undefined) {
    super(message);
    this.contentType = contentType;
    this.body = body;
    this.signature = signature;
  }
}

/** What is no text, such as what a parser has made of it, is a body that nothing is in. */
function textOf(rawBody: unknown): string {
  if (typeof rawBody === "string") return rawBody;
  return rawBody instanceof Uint8Array ? new TextDecoder("utf-8", { ignoreBOM: true }).decode(rawBody) : "";
}

function isKey(token: Partial<AppKey> | null | undefined): token is AppKey {
  return typeof token?.key === "string" && typeof token.secret === "string";
}

function readData(body: string): WebhookData | undefined {
  const value = parseJson(body);
  return isRecord(value) && Array.isArray(value["events"]) ? (value as unknown as WebhookData) : undefined;
}

function headerOf(headers: Headers | object, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const found = Object.entries(headers).find(([given]) => given.toLowerCase() === name)?.[1];
  return typeof found === "string" ? found : undefined;
}
