import type { Request as ExpressRequest, Response as ExpressResponse, RequestHandler } from "express";

/**
 * Mounts a fetch handler in Express 4 or 5: `app.post("/pusher/user-auth", toExpress(userAuth))`. Mount it with `app.all` where pages of
 * other origins are to call it: they ask with OPTIONS first.
 *
 * Body parsers may run before it or not; a member given twice in JSON is refused only where none did. The request's `signal` aborts when
 * the client goes away. The answer is sent whole, not streamed. What the handler throws goes to `next`.
 */
export function toExpress(handler: (request: Request) => Promise<Response>): RequestHandler {
  return async (req, res, next) => {
    const aborter = new AbortController();
    res.once("close", () => {
      if (!res.writableFinished) aborter.abort();
    });
    try {
      const request = toFetchRequest(req, aborter.signal);
      if (!request) return void res.sendStatus(400);
      const response = await handler(request);
      const body = new Uint8Array(await response.arrayBuffer());
      if (!aborter.signal.aborted) send(response, body, res);
    } catch (error) {
      next(error);
    }
  };
}

/** `undefined` where fetch cannot express the request: the method TRACE, or a Host that is no host. */
function toFetchRequest(req: ExpressRequest, signal: AbortSignal): Request | undefined {
  const url = `${req.protocol}://${req.get("host") ?? "localhost"}${req.originalUrl}`;
  if (!URL.canParse(url) || req.method === "TRACE") return undefined;
  const headers = new Headers();
  for (const [name, value] of Object.entries(req.headers)) {
    for (const text of [value ?? []].flat()) headers.append(name, text);
  }
  const init = { method: req.method, headers, signal };
  if (req.method === "GET" || req.method === "HEAD") return new Request(url, init);
  if (!req.readableDidRead) return new Request(url, { ...init, body: unreadBody(req), duplex: "half" } as RequestInit);

  // A body parser has read the stream. JSON keeps what it found as it found it: a field given twice is an array and stays one.
  const parsed: unknown = req.body;
  const asSent = typeof parsed === "string" || parsed instanceof Uint8Array;
  if (!asSent && req.is("urlencoded")) headers.set("content-type", "application/json");
  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Request(url, { ...init, body: asSent ? (parsed as BodyInit) : JSON.stringify(parsed ?? {}) });
}

/** Nothing is read before someone asks for it, so that a limit on the body holds. */
function unreadBody(req: ExpressRequest): ReadableStream<Uint8Array> {
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

function send(response: Response, body: Uint8Array, res: ExpressResponse): void {
  res.status(response.status);
  for (const [name, value] of response.headers) res.append(name, value);
  res.end(body);
}
