import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { Queue } from "./queue.ts";

interface Frame {
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it
  readonly data: any;
  readonly channel?: string;
}

/** The server's end of one connection. It says what the test says, and nothing else. */
export class Peer {
  readonly url: string;
  /** The code with which the client ended the connection. */
  readonly ended: Promise<number>;
  private readonly socket: WebSocket;
  private readonly frames = new Queue<Frame>();

  constructor(socket: WebSocket, url: string) {
    this.socket = socket;
    this.url = url;
    this.ended = new Promise((resolve) => socket.once("close", resolve));
    socket.on("message", (text) => this.frames.push(JSON.parse(String(text))));
  }

  next(): Promise<Frame> {
    return this.frames.next();
  }

  greet(socketId = "1.1"): this {
    return this.send("pusher:connection_established", JSON.stringify({ socket_id: socketId, activity_timeout: 120 }));
  }

  send(event: string, data?: unknown, channel?: string, userId?: string): this {
    this.socket.send(JSON.stringify({ event, channel, data, user_id: userId }));
    return this;
  }

  /** Comes back when the client has answered: it has read, and answered, all that was sent before. */
  async settled(): Promise<void> {
    this.send("pusher:ping", {});
    const frame = await this.next();
    if (frame.event !== "pusher:pong") throw new Error(`Expected a pong, and heard ${JSON.stringify(frame)}`);
  }

  close(code: number, reason = ""): void {
    this.socket.close(code, reason);
  }

  kill(): void {
    this.socket.terminate();
  }
}

/** A server on a port of its own. */
export class FakeServer {
  private readonly server: WebSocketServer;
  private readonly peers = new Queue<Peer>();

  private constructor(server: WebSocketServer) {
    this.server = server;
    server.on("connection", (socket, request) => this.peers.push(new Peer(socket, request.url ?? "")));
  }

  static async listen(): Promise<FakeServer> {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await new Promise((resolve) => server.once("listening", resolve));
    return new FakeServer(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The next client that connects. */
  accept(): Promise<Peer> {
    return this.peers.next();
  }

  async close(): Promise<void> {
    for (const socket of this.server.clients) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
