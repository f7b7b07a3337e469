/** A request as frameworks have it: of `fetch`, of Node (Express, the pages router of Next.js), or with one of those in it (Fastify, Hono). */
export type AnyRequest = Request | NodeLike | { readonly raw: Request | NodeLike };

/** As much of a request of `node:http` as is needed. */
export interface NodeLike {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly originalUrl?: string | undefined;
  readonly socket?: object | undefined;
}

/** The framework's own object: the same one for the same request, whatever stands around it. */
export function innermost(request: AnyRequest): Request | NodeLike {
  return "raw" in request ? request.raw : request;
}

/** The request as `fetch` has it. Of one of Node it has no body: who is calling must not depend on that. */
export function requestOf(request: Request | NodeLike): Request {
  if (request instanceof Request) return request;
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    if (name.startsWith(":")) continue; // of HTTP/2
    for (const one of [value ?? []].flat()) headers.append(name, one as string);
  }
  const encrypted = (request.socket as { encrypted?: unknown } | undefined)?.encrypted === true;
  const path = request.originalUrl ?? request.url ?? "/";
  const url = `${encrypted ? "https" : "http"}://${headers.get("host") ?? "localhost"}${path}`;
  return new Request(URL.canParse(url) ? url : "http://localhost/", { method: methodOf(request), headers });
}

/** `fetch` refuses some methods. */
function methodOf({ method = "GET" }: NodeLike): string {
  return /^(TRACE|TRACK|CONNECT)$/i.test(method) ? "GET" : method;
}
