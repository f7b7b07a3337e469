import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { logError } from "./log-error.ts";

/** A handler for `fetch`. */
export type FetchHandler = (request: Request) => Promise<Response>;

/** A request of `node:http`, or of a framework that builds on it: then a body parser may have been there. */
export interface NodeRequest extends IncomingMessage {
  readonly body?: unknown;
}

/**
 * Mounts a fetch handler in `node:http`, in a pages route of Next.js, or wherever such requests come: `http.createServer(toNode(userAuth))`.
 *
 * A body parser may run before it or not; a webhook needs the body as it came, so there none must. What the handler throws is logged, and
 * answered with 500.
 */
export function toNode(handler: FetchHandler): (req: NodeRequest, res: ServerResponse) => Promise<void> {
  return async (req, res) => {
    try {
      await answer(handler, req, res, `${isEncrypted(req) ? "https" : "http"}://${hostOf(req)}${req.url}`);
    } catch (error) {
      logError(error);
      if (!res.headersSent) res.statusCode = 500;
      res.end();
    }
  };
}

/** Lets a fetch handler answer; what it throws is thrown. The answer is sent whole, not streamed. @param url as the client sees it */
export async function answer(handler: FetchHandler, req: NodeRequest, res: ServerResponse, url: string): Promise<void> {
  const response = await ask(handler, req, res, url);
  const body = new Uint8Array(await response.arrayBuffer());
  if (!res.closed) send(response, body, res);
}

/** Asks a fetch handler. The request's `signal` aborts when the client goes away. @param url as the client sees it */
export async function ask(
  handler: FetchHandler,
  req: NodeRequest,
  res: ServerResponse,
  url: string,
): Promise<Response> {
  const aborter = new AbortController();
  res.once("close", () => {
    if (!res.writableFinished) aborter.abort();
  });
  const request = toFetchRequest(req, url, aborter.signal);
  return request ? handler(request) : new Response(null, { status: 400 });
}

/** The host that the client asked for, of HTTP/2 too. */
export function hostOf({ headers }: IncomingMessage): string {
  return headers.host ?? String(headers[":authority"] ?? "localhost");
}

function isEncrypted({ socket }: IncomingMessage): boolean {
  return (socket as Partial<TLSSocket>).encrypted === true;
}

/** `undefined` where fetch cannot express the request: the method TRACE, a Host that is no host, or JSON that is too deep. */
function toFetchRequest(req: NodeRequest, url: string, signal: AbortSignal): Request | undefined {
  try {
    return fetchRequest(req, url, signal);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}

function fetchRequest(req: NodeRequest, url: string, signal: AbortSignal): Request {
  const { method = "GET" } = req;
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    if (name.startsWith(":")) continue; // of HTTP/2
    for (const text of [value ?? []].flat()) headers.append(name, text);
  }
  const init = { method, headers, signal };
  if (method === "GET" || method === "HEAD") return new Request(url, init);
  if (!req.readableDidRead) return new Request(url, { ...init, body: unreadBody(req), duplex: "half" } as RequestInit);

  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Request(url, { ...init, body: parsedBody(req.body, headers.get("content-type") ?? "") });
}

/** The body that a parser has read, written again. A field of a form that it found several times is then one that may be given so. */
function parsedBody(parsed: unknown, contentType: string): BodyInit {
  if (typeof parsed === "string" || parsed instanceof Uint8Array) return parsed as BodyInit;
  if (!/^application\/x-www-form-urlencoded\b/i.test(contentType)) return JSON.stringify(parsed ?? {});
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(parsed ?? {})) {
    if (typeof value === "string") form.append(name, value);
    if (!Array.isArray(value)) continue;
    for (const one of value) if (typeof one === "string") form.append(name.replace(/(\[\])?$/, "[]"), one);
  }
  return form.toString();
}

/** Nothing is read before someone asks for it, so that a limit on the body holds. */
function unreadBody(req: IncomingMessage): ReadableStream<Uint8Array> {
  // Destroying the request would take the socket with it, and with the socket the answer that says why.
  const chunks: AsyncIterator<Uint8Array> = req.iterator({ destroyOnReturn: false });
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return?.();
        req.resume(); // Node takes the next request of the connection only after the rest of this one.
      },
    },
    { highWaterMark: 0 },
  );
}

function send(response: Response, body: Uint8Array, res: ServerResponse): void {
  res.statusCode = response.status;
  for (const [name, value] of response.headers) {
    // What middleware has said before is replaced, but for what may be said more than once.
    if (name === "set-cookie" || name === "vary") res.appendHeader(name, value);
    else res.setHeader(name, value);
  }
  res.end(body);
}
