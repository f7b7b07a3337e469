import { corsHeaders, provenance } from "./origin.ts";
import { Refusal } from "./refusal.ts";

/** What every endpoint asks of its surroundings. */
export interface EndpointOptions {
  readonly origins: ReadonlySet<string>;
  /** Hears of every failure of the app's own code. */
  readonly onError: (error: unknown) => void;
}

/**
 * Puts the rules of HTTP around an answer that holds a signature: POST only, no foreign pages, nothing stored, every refusal a JSON
 * `{ error }`.
 *
 * @param answer throws a Refusal, or anything else, of which the client learns no more than that it happened
 */
export function createEndpoint(
  { origins, onError }: EndpointOptions,
  answer: (request: Request) => Promise<object>,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const { method } = request;
    const from = provenance(request, origins);
    const headers = new Headers({ "cache-control": "no-store", vary: "Origin" });
    if (from === "allowed") for (const [name, value] of Object.entries(corsHeaders(request))) headers.set(name, value);
    if (method !== "POST") headers.set("allow", "POST, OPTIONS");

    try {
      if (method !== "POST" && method !== "OPTIONS") throw new Refusal(405, "Only POST is answered here");
      if (from === "foreign") throw new Refusal(403, foreignSentence(request));
      if (method === "OPTIONS") return new Response(null, { status: 204, headers });
      return Response.json(await answer(request), { headers });
    } catch (error) {
      const refusal = error instanceof Refusal ? error : failure(error);
      if ("cause" in refusal) onError(refusal.cause);
      if (refusal.isAnonymous) headers.set("www-authenticate", "Session"); // with other credentials it may be another answer
      return Response.json({ error: refusal.message }, { status: refusal.status, headers });
    }
  };
}

function failure(cause: unknown): Refusal {
  return new Refusal(500, "The app server failed to answer; it is not your fault", { cause });
}

function foreignSentence(request: Request): string {
  const origin = request.headers.get("origin");
  const page = origin === null || origin === "null" ? "another site" : origin;
  return `Requests from ${page} are not accepted here: if its pages are yours, add their origin to allowedOrigins`;
}
