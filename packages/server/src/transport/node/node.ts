import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { Socket } from "../../socket/connection.ts";
import {
  addressInUse,
  bodyTooLarge,
  engineLimits,
  type Fanout,
  type HttpResponse,
  type Inbound,
  type Transport,
} from "../transport.ts";
import { createTopics } from "./topics.ts";

/** The transport on node:http and ws: slower, and wherever Node runs. */
export function createNodeTransport(): Transport {
  return new NodeTransport();
}

class NodeTransport implements Transport {
  readonly name = "node";
  readonly fanout: Fanout = createTopics();
  readonly #http: Server = createServer();
  readonly #sockets: WebSocketServer = new WebSocketServer({
    noServer: true,
    maxPayload: engineLimits.frameBytes,
    perMessageDeflate: false,
    allowSynchronousEvents: false, // one frame at a time: what it set off is done before the next is heard, as on uws
    handleProtocols: () => false, // no sub-protocol is selected, whatever the client offers
  });

  async listen({ host, port }: { host: string; port: number }, inbound: Inbound): Promise<number> {
    this.#http.on("request", (request, response) => void serveRequest(request, response, inbound));
    this.#http.on("upgrade", (request, stream, head) => {
      this.#sockets.handleUpgrade(request, stream, head, (socket) => serveSocket(socket, request, inbound));
    });
    await new Promise<void>((resolve, reject) => {
      this.#http.once("error", (error: NodeJS.ErrnoException) => {
        reject(error.code === "EADDRINUSE" ? addressInUse(host, port) : error);
      });
      this.#http.listen({ host, port, exclusive: true }, resolve);
    });
    return (this.#http.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.#http.listening) return;
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#http.closeIdleConnections();
    for (const socket of this.#sockets.clients) await farewell(socket);
    this.#http.closeAllConnections();
    await closed;
  }
}

/** A client that does not answer the close frame within this time, in milliseconds, is dropped. */
const farewellWithin = 200;

function farewell(socket: WebSocket): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => socket.terminate(), farewellWithin);
    socket.once("close", () => {
      clearTimeout(timer);
      resolve();
    });
    if (socket.readyState === socket.OPEN) socket.terminate();
  });
}

function serveSocket(socket: WebSocket, request: IncomingMessage, inbound: Inbound): void {
  const [path, query] = splitUrl(request.url);
  const connection = inbound.open(new NodeSocket(socket), { path, query });
  socket.on("error", () => {}); // what the client did wrong, ws has answered with a close already
  if (!connection) return;
  socket.on("message", (bytes: Buffer) => inbound.message(connection, bytes));
  socket.on("ping", () => inbound.alive(connection));
  socket.on("pong", () => inbound.alive(connection));
  socket.on("close", () => inbound.close(connection));
}

class NodeSocket implements Socket {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  send(frame: string): void {
    if (this.#socket.bufferedAmount > engineLimits.backlogBytes) this.#socket.terminate();
    else this.#socket.send(frame);
  }

  end(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }
}

async function serveRequest(request: IncomingMessage, response: ServerResponse, inbound: Inbound): Promise<void> {
  try {
    const body = await readBody(request);
    const [path, query] = splitUrl(request.url);
    respond(response, body ? await inbound.request({ method: request.method ?? "", path, query, body }) : bodyTooLarge);
  } catch {
    response.destroy(); // the client went away while its body was being read
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > engineLimits.bodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function respond(response: ServerResponse, { status, body, headers }: HttpResponse): void {
  const closing = status === 413 ? { connection: "close" } : {};
  response.writeHead(status, { "content-type": "application/json", ...headers, ...closing }).end(body);
}

function splitUrl(url = "/"): [path: string, query: string] {
  const mark = url.indexOf("?");
  return mark === -1 ? [url, ""] : [url.slice(0, mark), url.slice(mark + 1)];
}
