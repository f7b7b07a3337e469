import type { HttpRequest as EngineRequest, HttpResponse as EngineResponse, TemplatedApp } from "uWebSockets.js";
import { STATUS_CODES } from "node:http";
import { Body } from "../body.ts";
import { bodyTooLarge, engineLimits, type HttpResponse, type Inbound } from "../transport.ts";

/** Brings every request of the engine in. */
export function serveHttp(app: TemplatedApp, inbound: Inbound): void {
  app.post("/*", (response, request) => serveRequest("POST", response, request, inbound));
  app.any("/*", (response, request) => serveRequest(request.getCaseSensitiveMethod(), response, request, inbound));
}

function serveRequest(method: string, response: EngineResponse, request: EngineRequest, inbound: Inbound): void {
  // The request is only valid until this function returns.
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
}

/** Gives the body once it is whole, or `undefined` as soon as it is too large. */
function readBody(response: EngineResponse, done: (body: Uint8Array | undefined) => void): void {
  let body: Body | undefined;
  let ended = false;
  response.onData((piece, isLast) => {
    if (ended) return;
    const bytes = new Uint8Array(piece); // the engine takes it back when this returns
    if (isLast && !body && bytes.length <= engineLimits.bodyBytes) return done(bytes);
    body ??= new Body();
    const fits = body.add(bytes);
    ended = isLast || !fits;
    if (ended) done(fits ? body.bytes : undefined);
  });
}

function respond(response: EngineResponse, method: string, { status, body, headers }: HttpResponse): void {
  if (status !== 200) response.writeStatus(`${status} ${STATUS_CODES[status]}`);
  response.writeHeader("content-type", "application/json");
  for (const name in headers) response.writeHeader(name, headers[name] ?? "");
  // The engine can say the length of an answer without its body only by closing after it.
  if (method === "HEAD") response.endWithoutBody(Buffer.byteLength(body), true);
  else response.end(body, status === 413); // what is left of a body that is too large is not waited for
}
