import type { HttpResponse as EngineResponse, TemplatedApp } from "uWebSockets.js";
import { STATUS_CODES } from "node:http";
import { bodyTooLarge, engineLimits, type HttpResponse, type Inbound } from "../transport.ts";

/** Brings every request of the engine in. */
export function serveHttp(app: TemplatedApp, inbound: Inbound): void {
  app.any("/*", (response, request) => {
    // The request is only valid until this function returns.
    const method = request.getCaseSensitiveMethod();
    const path = request.getUrl();
    const query = request.getQuery() ?? "";
    let aborted = false;
    response.onAborted(() => {
      aborted = true;
    });
    readBody(response, (body) => {
      const answer = body ? inbound.request({ method, path, query, body }) : bodyTooLarge;
      if (!(answer instanceof Promise)) return respond(response, method, answer);
      void answer.then((later) => {
        if (!aborted) response.cork(() => respond(response, method, later));
      });
    });
  });
}

/** Gives the body once it is whole, or `undefined` as soon as it is too large. */
function readBody(response: EngineResponse, done: (body: Uint8Array | undefined) => void): void {
  let chunks: Buffer[] | undefined;
  let size = 0;
  let ended = false;
  response.onData((chunk, isLast) => {
    if (ended) return;
    size += chunk.byteLength;
    ended = isLast || size > engineLimits.bodyBytes;
    if (size > engineLimits.bodyBytes) return done(undefined);
    if (isLast && !chunks) return done(new Uint8Array(chunk));
    chunks ??= [];
    chunks.push(Buffer.from(new Uint8Array(chunk))); // copied: the engine takes the chunk back
    if (isLast) done(Buffer.concat(chunks));
  });
}

function respond(response: EngineResponse, method: string, { status, body, headers }: HttpResponse): void {
  if (status !== 200) response.writeStatus(`${status} ${STATUS_CODES[status]}`);
  response.writeHeader("content-type", "application/json");
  for (const name in headers) response.writeHeader(name, headers[name] ?? "");
  const close = status === 413; // what is left of a body that is too large is not waited for
  if (method === "HEAD") response.endWithoutBody(Buffer.byteLength(body), close);
  else response.end(body, close);
}
