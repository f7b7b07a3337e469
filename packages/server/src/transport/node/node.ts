import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import { ListenError } from "../listen-error.ts";
import { type Address, engineLimits, type Fanout, type Inbound, type Transport } from "../transport.ts";
import { serveRequest } from "./http.ts";
import { serveSocket } from "./sockets.ts";
import { createTopics } from "./topics.ts";

/** A client that does not answer the close frame within this time, in milliseconds, is dropped. */
const farewellWithin = 200;

/** The transport on node:http and ws: slower, and wherever Node runs. */
export function createNodeTransport(): Transport {
  return new NodeTransport();
}

const socketOptions: ServerOptions & { closeTimeout: number } = {
  noServer: true,
  maxPayload: engineLimits.frameBytes,
  perMessageDeflate: false,
  closeTimeout: farewellWithin, // who does not answer the goodbye is gone all the same
  allowSynchronousEvents: false, // one frame at a time: what it set off is done before the next is heard, as on uws
  handleProtocols: () => false, // no sub-protocol is selected, whatever the client offers
};

class NodeTransport implements Transport {
  readonly name = "node";
  readonly fanout: Fanout = createTopics();
  readonly #http: Server = createServer();
  readonly #sockets: WebSocketServer = new WebSocketServer(socketOptions);

  async listen({ host, port, shared = false }: Address, inbound: Inbound): Promise<number> {
    this.#http.on("request", (request, response) => void serveRequest(request, response, inbound));
    this.#http.on("upgrade", (request, stream, head) => {
      this.#sockets.handleUpgrade(request, stream, head, (socket) => serveSocket(socket, request, inbound));
    });
    await new Promise<void>((resolve, reject) => {
      this.#http.once("error", (error: NodeJS.ErrnoException) => {
        reject(new ListenError(error.code ?? error.message, { host, port }));
      });
      this.#http.listen({ host, port, exclusive: !shared }, resolve);
    });
    return (this.#http.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    if (!this.#http.listening) return;
    const closed = new Promise((resolve) => this.#http.close(resolve));
    this.#http.closeIdleConnections();
    await Promise.all(Array.from(this.#sockets.clients, farewell));
    this.#http.closeAllConnections();
    await closed;
  }
}

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
