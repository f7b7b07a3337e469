import type { IncomingMessage } from "node:http";
import type { WebSocket } from "ws";
import type { Socket } from "../../socket/connection.ts";
import { engineLimits, type Inbound } from "../transport.ts";
import { splitUrl } from "./url.ts";

/** Brings one WebSocket in. */
export function serveSocket(socket: WebSocket, request: IncomingMessage, inbound: Inbound): void {
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
