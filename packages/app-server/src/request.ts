import { signatureParams, signRequest } from "@usher/credentials";
import { digests } from "./digests.ts";
import type { App } from "./options.ts";
import { mayPass, neverArrived, RequestError } from "./request-error.ts";
import { withRetries } from "./retry.ts";

/** The parameters of a query. The names that the signature needs for itself are refused. */
export type QueryParams = Readonly<Record<string, unknown>>;

/** A request to the HTTP API (protocol 6), before it is signed. */
export interface ApiRequest {
  readonly method: "GET" | "POST";
  /** Below `/apps/{id}`, beginning with a slash. */
  readonly path: string;
  readonly params?: QueryParams | null | undefined;
  /** Any JSON value. */
  readonly body?: unknown;
  /** Gives the request up. */
  readonly signal?: AbortSignal | undefined;
  /** Whether doing it twice is the same as doing it once, as with every GET. */
  readonly repeatable?: boolean | undefined;
}

/**
 * Signs the request and sends it; again, where that is safe and may help: after no answer or a status of 500 and more if it is
 * repeatable, and if not, only where the server was not even reached.
 *
 * @returns the answer, if its status is below 400; rejects with a RequestError otherwise
 * @throws Error at once, not as a rejection, if the path or a parameter is refused
 */
export function send(app: App, request: ApiRequest): Promise<Response> {
  const { method, path, params, signal, repeatable = method === "GET" } = request;
  checkPath(path);
  const body = request.body ? JSON.stringify(request.body) : undefined;
  const content = body === undefined ? {} : { body, headers: { "content-type": "application/json" } };
  // The path is signed as it will stand in the request line, and the URL parser is what writes that line.
  const url = new URL(`${app.origin}/apps/${encodeURIComponent(app.id)}${path}`);
  const sign = (): string => {
    url.search = signedQuery(app, { method, path: url.pathname, params, body });
    return url.href;
  };
  let signed = sign(); // here, so that what is wrong with the parameters is said at once
  return withRetries(
    async (repetitions) => {
      if (repetitions > 0) signed = sign(); // a signature holds the time
      return exchange(app, signed, { method, ...content }, signal);
    },
    app.retries,
    repeatable ? mayPass : neverArrived,
    signal,
  );
}

/** What is signed by a query: of the path nothing is added or escaped. */
export interface QueryToSign {
  readonly method: string;
  readonly path: string;
  readonly params?: QueryParams | null | undefined;
  readonly body?: string | undefined;
}

/** @throws Error if a parameter has a name that the signature needs for itself */
export function signedQuery({ keys: [key] }: App, { method, path, params, body }: QueryToSign): string {
  const given = params ?? {};
  const reserved = Object.keys(given).find((name) => signatureParams.has(name));
  if (reserved !== undefined) throw new Error(`${reserved} is a required parameter and cannot be overidden`);
  const texts = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));
  const request = { method: method.toUpperCase(), path, params: texts, body };
  return signRequest(key, request, digests, Math.floor(Date.now() / 1000));
}

function checkPath(path: string): void {
  if (path.startsWith("/") && !/[?#]/.test(path)) return;
  throw new Error(`Invalid path: '${path}': it must begin with a slash; a query goes into params`);
}

async function exchange(
  { fetch, timeout }: App,
  url: string,
  init: RequestInit,
  given: AbortSignal | undefined,
): Promise<Response> {
  const aborter = new AbortController();
  const giveUp = (): void => aborter.abort(given?.reason);
  const overdue = (): void => aborter.abort(new DOMException(`no answer within ${timeout} ms`, "AbortError"));
  const timer = timeout ? setTimeout(overdue, timeout) : undefined;
  // Not AbortSignal.any: what it makes stays with a signal that lives long.
  given?.addEventListener("abort", giveUp);
  if (given?.aborted) giveUp();
  try {
    const { status, statusText, headers, body } = await fetch(url, { ...init, signal: aborter.signal });
    // It is read here, so that the time counts for all of it, and a caller who does not read it holds no connection.
    const text = body === null ? null : await new Response(body).text();
    if (status < 400) return new Response(text, { status, statusText, headers });
    throw new RequestError({ url, status, body: text ?? "" });
  } catch (error) {
    throw error instanceof RequestError ? error : new RequestError({ url, error });
  } finally {
    clearTimeout(timer);
    given?.removeEventListener("abort", giveUp);
  }
}
