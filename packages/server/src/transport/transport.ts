import type { Connection, Socket } from "../socket/connection.ts";

/** What a client asked for when it opened its socket; all copied from the request. */
export interface Handshake {
  /** `/app/{key}`, escaped as it came. */
  readonly path: string;
  /** Without the question mark, escaped as it came. */
  readonly query: string;
}

/** A request to the HTTP API. */
export interface HttpRequest {
  readonly method: string;
  /** Escaped as it came, without the query. */
  readonly path: string;
  /** Escaped as it came, without the question mark. */
  readonly query: string;
  /** Belongs to the engine: to be read before anything is awaited. */
  readonly body: Uint8Array;
}

export interface HttpResponse {
  readonly status: number;
  /** JSON text. */
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the server does with what a transport brings. None of the four throws or rejects. */
export interface Inbound {
  /** A socket is open. @returns `undefined` if it was refused; it is then being closed, and what it says is dropped */
  open(socket: Socket, handshake: Handshake): Connection | undefined;
  /** A client said something. The bytes are valid during the call only. */
  message(connection: Connection, bytes: Uint8Array): void;
  /** The client answered a ping of the engine or sent one: a sign of life. */
  alive(connection: Connection): void;
  /** The socket is gone, whoever closed it. Called once. */
  close(connection: Connection): void;
  request(request: HttpRequest): HttpResponse | Promise<HttpResponse>;
}

/**
 * One event to many sockets. Injected by the composition root, called by the hub alone; nobody else touches an engine's topics.
 *
 * `send` and `publish` to one socket keep the order of the calls. What is published before `attach` is not received, what is
 * published before `detach` is. Attaching twice, and detaching what is not attached, does nothing.
 */
export interface Fanout {
  attach(connection: Connection, topic: string): void;
  detach(connection: Connection, topic: string): void;
  /** @param except does not receive the frame, whether it is attached to the topic or not */
  publish(topic: string, frame: string, except?: Connection): void;
}

/** Where to listen. */
export interface Address {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Whether other processes of the same server listen there, too. Else nobody shares the port. */
  readonly shared?: boolean;
}

/** Owns the sockets and the HTTP server of one engine. */
export interface Transport {
  readonly name: "uws" | "node";
  readonly fanout: Fanout;
  /**
   * Serves WebSockets and HTTP on one port.
   *
   * @returns the port it listens on
   * @throws ListenError if it cannot, EADDRINUSE if the port is taken
   */
  listen(address: Address, inbound: Inbound): Promise<number>;
  /** Stops listening and drops what is still open. Sockets to which a close frame was sent still receive it. */
  close(): Promise<void>;
}

/** What both engines keep, in bytes. */
export const engineLimits = {
  /** A larger frame from a client closes its socket. */
  frameBytes: 1_048_576,
  /** A socket that leaves more than this unread is closed: it would otherwise miss events without knowing. */
  backlogBytes: 1_048_576,
  /** A larger body is answered with 413, unread. */
  bodyBytes: 1_048_576,
} as const;

/** The answer to a body over the limit, the same on both engines. */
export const bodyTooLarge: HttpResponse = {
  status: 413,
  body: JSON.stringify({ error: `The body is larger than ${engineLimits.bodyBytes} bytes` }),
};
