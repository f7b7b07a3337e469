import type { TemplatedApp, WebSocket } from "uWebSockets.js";
import type { Connection } from "../../socket/connection.ts";
import { engineLimits, type Handshake, type Inbound } from "../transport.ts";

/** What the engine keeps for us beside each socket. */
export interface Held {
  handshake: Handshake | undefined;
  connection: Connection | undefined;
}

// A backup for the ping of activity.ts, which notices long before: sockets whose goodbye nobody acknowledges.
const idleSeconds = 240;

/** Brings every WebSocket of the engine in. */
export function serveSockets(app: TemplatedApp, inbound: Inbound): void {
  app.ws<Held>("/*", {
    maxPayloadLength: engineLimits.frameBytes,
    maxBackpressure: engineLimits.backlogBytes,
    closeOnBackpressureLimit: 1,
    idleTimeout: idleSeconds,
    sendPingsAutomatically: false,
    upgrade(response, request, context) {
      const handshake = { path: request.getUrl(), query: request.getQuery() ?? "" };
      const key = request.getHeader("sec-websocket-key");
      const extensions = request.getHeader("sec-websocket-extensions");
      // No sub-protocol is selected, whatever the client offers: the protocol has none.
      response.upgrade<Held>({ handshake, connection: undefined }, key, "", extensions, context);
    },
    open(socket) {
      const held = socket.getUserData();
      if (held.handshake) held.connection = inbound.open(socket, held.handshake);
      held.handshake = undefined;
    },
    message(socket, message) {
      const { connection } = socket.getUserData();
      if (connection) inbound.message(connection, new Uint8Array(message));
    },
    ping: (socket) => alive(socket, inbound),
    pong: (socket) => alive(socket, inbound),
    close(socket) {
      const { connection } = socket.getUserData();
      if (connection) inbound.close(connection);
    },
  });
}

function alive(socket: WebSocket<Held>, inbound: Inbound): void {
  const { connection } = socket.getUserData();
  if (connection) inbound.alive(connection);
}
