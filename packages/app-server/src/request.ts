import { signatureParams, signRequest } from "@usher/credentials";
import { digests } from "./digests.ts";
import type { App } from "./options.ts";
import { RequestError } from "./request-error.ts";

/** The parameters of a query. The names that the signature needs for itself are refused. */
export type QueryParams = Readonly<Record<string, string | number | boolean>>;

/** A request to the HTTP API (protocol 6), before it is signed. */
export interface ApiRequest {
  readonly method: "GET" | "POST";
  /** Below `/apps/{id}`, beginning with a slash. */
  readonly path: string;
  readonly params?: QueryParams | undefined;
  /** Any JSON value. */
  readonly body?: unknown;
}

/**
 * Signs the request and sends it.
 *
 * @returns the answer, if its status is below 400; rejects with a RequestError otherwise
 * @throws Error at once, not as a rejection, if the path or a parameter is refused
 */
export function send(app: App, request: ApiRequest): Promise<Response> {
  const body = request.body ? JSON.stringify(request.body) : undefined;
  const url = signedUrl(app, request, body);
  const content = body === undefined ? {} : { body, headers: { "content-type": "application/json" } };
  return exchange(app, url, { method: request.method, ...content });
}

function signedUrl(app: App, { method, path, params = {} }: ApiRequest, body: string | undefined): string {
  if (!path.startsWith("/") || /[?#]/.test(path)) {
    throw new Error(`Invalid path: '${path}': it must begin with a slash; a query goes into params`);
  }
  const reserved = Object.keys(params).find((name) => signatureParams.has(name));
  if (reserved !== undefined) throw new Error(`${reserved} is a required parameter and cannot be overidden`);

  // The path is signed as it will stand in the request line, and the URL parser is what writes that line.
  const url = new URL(`${app.origin}/apps/${encodeURIComponent(app.id)}${path}`);
  const texts = Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)]));
  const now = Math.floor(Date.now() / 1000);
  url.search = signRequest(app.key, { method, path: url.pathname, params: texts, body }, digests, now);
  return url.href;
}

async function exchange({ fetch, timeout }: App, url: string, init: RequestInit): Promise<Response> {
  const aborter = new AbortController();
  // Not AbortSignal.timeout: it would still run while the caller reads an answer that came in time.
  const timer = timeout
    ? setTimeout(() => aborter.abort(new DOMException(`no answer within ${timeout} ms`, "AbortError")), timeout)
    : undefined;
  try {
    const response = await fetch(url, { ...init, signal: aborter.signal });
    if (response.status < 400) return response;
    throw new RequestError({ url, status: response.status, body: await response.text() });
  } catch (error) {
    throw error instanceof RequestError ? error : new RequestError({ url, error });
  } finally {
    clearTimeout(timer);
  }
}
