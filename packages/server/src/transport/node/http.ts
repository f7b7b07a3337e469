import type { IncomingMessage, ServerResponse } from "node:http";
import { Body } from "../body.ts";
import { bodyTooLarge, type HttpResponse, type Inbound } from "../transport.ts";
import { splitUrl } from "./url.ts";

/** Brings one request in, and its answer back. Never rejects. */
export async function serveRequest(
  request: IncomingMessage,
  response: ServerResponse,
  inbound: Inbound,
): Promise<void> {
  try {
    const body = await readBody(request);
    const [path, query] = splitUrl(request.url);
    respond(response, body ? await inbound.request({ method: request.method ?? "", path, query, body }) : bodyTooLarge);
  } catch {
    response.destroy(); // the client went away while its body was being read
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const body = new Body();
  for await (const piece of request as AsyncIterable<Buffer>) {
    if (!body.add(piece)) return undefined;
  }
  return body.bytes;
}

function respond(response: ServerResponse, { status, body, headers }: HttpResponse): void {
  const usual = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const closing = status === 413 ? { connection: "close" } : {};
  response.writeHead(status, { ...usual, ...headers, ...closing }).end(body);
}
