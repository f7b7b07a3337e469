import querystring from "node:querystring";
import { type AppKey, type Hmac, signWebhook, type WebhookSignature } from "@usher/credentials";
import type { App, Webhook } from "../apps/app.ts";

/** Of an answer that says more than this, the rest is not read. */
const answerBytes = 65_536;

/** A body with its signature: every attempt to deliver it sends the same bytes. */
export interface SignedBody {
  readonly text: string;
  readonly signature: WebhookSignature;
}

/**
 * Signs by the app's oldest key, since a backend that is still to learn of a newer one knows it.
 *
 * @param events their JSON, in order
 */
export function composeBody({ keys }: App, events: readonly string[], now: number, hmac: Hmac): SignedBody {
  const oldest = keys.at(-1) as AppKey; // an app has at least one
  const text = `{"time_ms":${now},"events":[${events.join(",")}]}`;
  return { text, signature: signWebhook(oldest, text, hmac) };
}

/**
 * One attempt. An endpoint has received the body if it answers 2xx itself; redirects are not followed.
 *
 * @returns why it was not received, in words that hold no secret, or `undefined` if it was
 */
export async function post(webhook: Webhook, body: SignedBody, signal: AbortSignal): Promise<string | undefined> {
  let response: Response;
  try {
    const { url, headers } = addressOf(webhook);
    if (!headers.has("User-Agent")) headers.set("User-Agent", "Usher");
    headers.set("Content-Type", "application/json"); // official libraries refuse it with a charset
    headers.set("X-Pusher-Key", body.signature.key);
    headers.set("X-Pusher-Signature", body.signature.signature);
    response = await fetch(url, { method: "POST", headers, body: body.text, redirect: "manual", signal });
  } catch (error) {
    return signal.aborted ? "there was no answer in time" : reasonOf(error);
  }
  await readToEnd(response).catch(() => {}); // the status alone says whether it was received
  return response.ok ? undefined : `the answer was ${response.status}`;
}

/** The URL of an endpoint as a log may hold it: without credentials and query. */
export function printableUrl(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

/** What `fetch` wants to know of an endpoint: it takes no credentials in a URL, so they go where browsers send them. */
function addressOf(webhook: Webhook): { readonly url: URL; readonly headers: Headers } {
  const url = new URL(webhook.url);
  const headers = new Headers(webhook.headers);
  if (url.username === "" && url.password === "") return { url, headers };
  const credentials = querystring.unescape(`${url.username}:${url.password}`);
  if (!headers.has("Authorization"))
    headers.set("Authorization", `Basic ${Buffer.from(credentials).toString("base64")}`);
  url.username = "";
  url.password = "";
  return { url, headers };
}

/** Reads an answer to its end, so that the connection can carry the next request. */
async function readToEnd(response: Response): Promise<void> {
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > answerBytes) return; // which gives up the connection
  }
}

/** Errors of `fetch` itself may quote URLs and headers; their causes name the trouble of the connection alone. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return "the request could not be made";
  return "code" in cause && typeof cause.code === "string" ? cause.code : cause.message;
}
