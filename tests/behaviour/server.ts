import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { openInbox } from "./inbox.ts";

/** A message of a client, as it stood on the wire. */
interface Frame {
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: what it says is for the case to expect
  readonly data?: any;
  readonly channel?: string;
}

/** One connection of a client, from the server's end. */
export interface Line {
  readonly socketId: string;
  /** The path that the client has asked for, with the query. */
  readonly url: string;
  /** Says what a server says: its data is a string of JSON. */
  say(event: string, data?: unknown, rest?: { channel?: string; user_id?: string }): void;
  /** Says any text. */
  sayText(text: string): void;
  /** Welcomes the client. */
  greet(activityTimeout?: number): void;
  /** The next message of the client. */
  next(): Promise<Frame>;
  /** What the client says until it has dealt with everything that it was told; and nothing else has come from it. */
  rest(): Promise<Frame[]>;
  close(code: number, reason?: string): void;
  /** Ends the connection without a goodbye. */
  cut(): void;
  /** Resolves with the code when the client is gone. */
  gone: Promise<number>;
}

/** A server that says nothing by itself. */
export interface Server {
  readonly port: number;
  /** The next connection: nothing was said yet. */
  next(): Promise<Line>;
  /** The next connection, welcomed. */
  greet(): Promise<Line>;
  /** How many connections there have been. */
  readonly connections: number;
  close(): Promise<void>;
}

export async function openServer(): Promise<Server> {
  const sockets = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(sockets, "listening");
  const lines = openInbox<Line>("a connection");
  let connections = 0;
  sockets.on("connection", (socket, request) => {
    lines.put(openLine(socket, `${++connections}.1`, request.url ?? ""));
  });
  return {
    port: (sockets.address() as AddressInfo).port,
    next: lines.next,
    async greet() {
      const line = await lines.next();
      line.greet();
      return line;
    },
    get connections() {
      return connections;
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      await once(sockets, "close");
    },
  };
}

function openLine(socket: WebSocket, socketId: string, url: string): Line {
  const frames = openInbox<Frame>("a message of the client");
  socket.on("message", (text) => frames.put(JSON.parse(String(text))));
  const sayText = (text: string): void => socket.send(text);
  const say: Line["say"] = (event, data = {}, rest = {}) =>
    sayText(JSON.stringify({ event, data: JSON.stringify(data), ...rest }));
  return {
    socketId,
    url,
    say,
    sayText,
    greet: (activityTimeout = 120) =>
      say("pusher:connection_established", { socket_id: socketId, activity_timeout: activityTimeout }),
    next: frames.next,
    async rest() {
      say("pusher:ping");
      const said: Frame[] = [];
      for (let frame = await frames.next(); frame.event !== "pusher:pong"; frame = await frames.next())
        said.push(frame);
      return said;
    },
    close: (code, reason) => socket.close(code, reason),
    cut: () => socket.terminate(),
    gone: new Promise((resolve) => socket.on("close", resolve)),
  };
}
