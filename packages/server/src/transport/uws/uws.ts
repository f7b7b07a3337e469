import type { TemplatedApp, HttpResponse as UwsResponse, us_listen_socket, WebSocket } from "uWebSockets.js";
import type { Connection } from "../../socket/connection.ts";
import {
  addressInUse,
  bodyTooLarge,
  engineLimits,
  type Fanout,
  type Handshake,
  type HttpResponse,
  type Inbound,
  type Transport,
} from "../transport.ts";
import { statusLine } from "./status-line.ts";

type Engine = typeof import("uWebSockets.js");

/** What the engine keeps for us beside each socket. */
interface Held {
  handshake: Handshake | undefined;
  connection: Connection | undefined;
}

// A backup for the ping of activity.ts, which notices long before: sockets whose goodbye nobody acknowledges.
const idleSeconds = 240;

/**
 * The transport on uWebSockets.js: its own topics, its own HTTP parser.
 *
 * @throws Error where the engine has no binary for this platform and Node version
 */
export async function createUwsTransport(): Promise<Transport> {
  const { default: engine } = (await import("uWebSockets.js")) as { default: Engine };
  return new UwsTransport(engine);
}

class UwsTransport implements Transport {
  readonly name = "uws";
  readonly fanout: Fanout;
  readonly #engine: Engine;
  readonly #app: TemplatedApp;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#app = engine.App();
    this.fanout = createFanout(this.#app);
  }

  listen({ host, port }: { host: string; port: number }, inbound: Inbound): Promise<number> {
    serveSockets(this.#app, this.#engine, inbound);
    serveHttp(this.#app, inbound);
    return new Promise((resolve, reject) => {
      const listening = (socket: us_listen_socket | false): void => {
        if (socket === false) reject(addressInUse(host, port));
        else resolve(this.#engine.us_socket_local_port(socket));
      };
      // The engine takes options beside a host, its declarations do not know it.
      const listen = this.#app.listen.bind(this.#app) as unknown as ListenOn;
      listen(host, port, 1 satisfies Engine["ListenOptions"]["LIBUS_LISTEN_EXCLUSIVE_PORT"], listening);
    });
  }

  async close(): Promise<void> {
    this.#app.close();
  }
}

type ListenOn = (
  host: string,
  port: number,
  options: number,
  listening: (socket: us_listen_socket | false) => void,
) => void;

function createFanout(app: TemplatedApp): Fanout {
  return {
    attach: (connection, topic) => void engineSocket(connection).subscribe(topic),
    detach(connection, topic) {
      if (!connection.closed) engineSocket(connection).unsubscribe(topic); // a closed one is in no topic, and throws
    },
    publish(topic, frame, except) {
      // A socket's own publish goes to everyone but itself, and to nobody at all if it is not in the topic.
      if (except && !except.closed && engineSocket(except).isSubscribed(topic)) {
        engineSocket(except).publish(topic, frame);
      } else {
        app.publish(topic, frame);
      }
    },
  };
}

/** On this transport, the Socket of every Connection is the engine's own. */
function engineSocket(connection: Connection): WebSocket<Held> {
  return connection.socket as WebSocket<Held>;
}

function serveSockets(app: TemplatedApp, engine: Engine, inbound: Inbound): void {
  app.ws<Held>("/*", {
    compression: engine.DISABLED,
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

function serveHttp(app: TemplatedApp, inbound: Inbound): void {
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
      if (!(answer instanceof Promise)) return respond(response, answer);
      void answer.then((later) => {
        if (!aborted) response.cork(() => respond(response, later));
      });
    });
  });
}

/** Gives the body once it is whole, or `undefined` as soon as it is too large. */
function readBody(response: UwsResponse, done: (body: Uint8Array | undefined) => void): void {
  let chunks: Buffer[] | undefined;
  let size = 0;
  let ended = false;
  response.onData((chunk, isLast) => {
    if (ended) return;
    size += chunk.byteLength;
    ended = isLast || size > engineLimits.bodyBytes;
    if (size > engineLimits.bodyBytes) return done(undefined);
    if (isLast && !chunks) return done(new Uint8Array(chunk));
    chunks = [...(chunks ?? []), Buffer.from(new Uint8Array(chunk))]; // copied: the engine takes the chunk back
    if (isLast) done(Buffer.concat(chunks));
  });
}

function respond(response: UwsResponse, { status, body, headers }: HttpResponse): void {
  if (status !== 200) response.writeStatus(statusLine(status));
  response.writeHeader("content-type", "application/json");
  for (const name in headers) response.writeHeader(name, headers[name] ?? "");
  response.end(body, status === 413); // what is left of a body that is too large is not waited for
}
