import { mediaType, readText } from "./body.ts";
import { logError } from "./log-error.ts";
import { Refusal } from "./refusal.ts";
import type { Usher } from "./usher.ts";
import type { WebhookEvent } from "./webhook-event.ts";

/** More than the server puts into one body, unless an app's events may be larger than 400 KB. */
const bodyBytes = 4 * 1024 * 1024;

export interface WebhookHandlerOptions {
  readonly usher: Pick<Usher, "webhook">;
  /**
   * Takes one event; the next one comes when its promise is fulfilled. If it rejects, the whole webhook is sent again later, so an
   * event may come twice: then it has the same `id`.
   *
   * @param time when the server made the webhook
   */
  readonly onEvent: (event: WebhookEvent, time: Date) => unknown;
  /** How large a body may be, in bytes; 4 MiB unless given. */
  readonly maxBytes?: number | undefined;
  /** Hears what `onEvent` threw; the server learns no more than that it is to try again. Writes to the console unless given. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/**
 * Makes the endpoint that receives webhooks (protocol 7). Whoever is not the server is refused before anything is parsed.
 *
 * It answers 200 when `onEvent` has taken all events, or a JSON `{ error }`: 403 for a wrong signature, 405, 413, 415, 400 for a body
 * that holds no events, and 500 if `onEvent` throws.
 */
export function createWebhookHandler({
  usher,
  onEvent,
  maxBytes = bodyBytes,
  onError = logError,
}: WebhookHandlerOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      const webhook = await received(usher, request, maxBytes);
      const time = webhook.getTime();
      for (const event of webhook.getEvents()) await onEvent(event, time);
      return Response.json({});
    } catch (error) {
      if (error instanceof Refusal) return refusal(error.status, error.message);
      onError(error);
      return refusal(500, "The app failed to take the events: send them again later");
    }
  };
}

async function received(
  usher: Pick<Usher, "webhook">,
  request: Request,
  maxBytes: number,
): Promise<ReturnType<Usher["webhook"]>> {
  if (request.method !== "POST") throw new Refusal(405, "Only POST is answered here");
  if (mediaType(request) !== "application/json") throw new Refusal(415, "A webhook is application/json");
  const webhook = usher.webhook({ headers: request.headers, rawBody: await readText(request, maxBytes) });
  if (!webhook.isSigned()) throw new Refusal(403, "The body is not signed with a key of this app");
  if (!webhook.isBodyValid()) throw new Refusal(400, "The body holds no events");
  return webhook;
}

function refusal(status: number, error: string): Response {
  return Response.json({ error }, { status, headers: status === 405 ? { allow: "POST" } : {} });
}
