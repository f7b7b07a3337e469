import { WebSocket } from "ws";

/** A frame as it came over the wire: `data` not yet decoded. */
export interface WireFrame {
  readonly event: string;
  readonly channel?: string;
  readonly data?: unknown;
  readonly user_id?: string;
}

/** A client that says what the test says, so that a test reads as a dialogue. */
export class Caller {
  /** The id that the server gave it in the handshake. */
  socketId = "";
  /** Resolves when the server, or the test, has closed the socket. */
  readonly closed: Promise<{ code: number; reason: string }>;
  readonly #socket: WebSocket;
  readonly #frames: WireFrame[] = [];
  readonly #waiting: ((frame: WireFrame) => void)[] = [];

  constructor(url: string, protocols: string[] = []) {
    this.#socket = new WebSocket(url, protocols);
    this.#socket.on("message", (bytes: Buffer) => {
      const frame = JSON.parse(bytes.toString()) as WireFrame;
      const next = this.#waiting.shift();
      if (next) next(frame);
      else this.#frames.push(frame);
    });
    this.#socket.on("error", () => {});
    this.closed = new Promise((resolve) => {
      this.#socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
  }

  /** The next frame that the server sends. Rejects if it closes the socket instead. */
  next(): Promise<WireFrame> {
    const frame = this.#frames.shift();
    if (frame) return Promise.resolve(frame);
    const gone = this.closed.then(({ code, reason }) => {
      throw new Error(`the server closed the socket instead of speaking: ${code} ${reason}`);
    });
    return Promise.race([new Promise<WireFrame>((resolve) => this.#waiting.push(resolve)), gone]);
  }

  /** The data of the next frame, decoded. */
  async nextData(): Promise<unknown> {
    const { data } = await this.next();
    return typeof data === "string" ? JSON.parse(data) : data;
  }

  /** Says a frame, or text that is none, or bytes. */
  say(frame: object | string | Buffer): void {
    this.#socket.send(typeof frame === "string" || Buffer.isBuffer(frame) ? frame : JSON.stringify(frame));
  }

  /** Sends a ping of the WebSocket protocol. */
  ping(): void {
    this.#socket.ping();
  }

  /** Resolves when the engine of the server has answered a ping of the engine. */
  ponged(): Promise<void> {
    return new Promise((resolve) => this.#socket.once("pong", () => resolve()));
  }

  /** Everything that the server had to say before it answered a ping that was sent now. */
  async settled(): Promise<WireFrame[]> {
    this.say({ event: "pusher:ping", data: {} });
    const frames: WireFrame[] = [];
    for (let frame = await this.next(); frame.event !== "pusher:pong"; frame = await this.next()) frames.push(frame);
    return frames;
  }

  /** The names of the events that came before the transport answered, on a bare transport that echoes whatever is said. */
  async settledBy(word: string): Promise<string[]> {
    this.say(word);
    const events: string[] = [];
    for (let frame = await this.next(); "event" in frame; frame = await this.next()) events.push(frame.event);
    return events;
  }

  /** Hangs up. @param rudely without a close frame */
  async hangUp(rudely = false): Promise<void> {
    if (rudely) this.#socket.terminate();
    else this.#socket.close();
    await this.closed;
  }
}

/** Opens a socket, whatever the server will say to it. */
export function call(port: number, path = "/app/app-key?protocol=7"): Caller {
  return new Caller(`ws://127.0.0.1:${port}${path}`);
}

/** Opens a socket and waits for the handshake. Rejects if it is refused. */
export async function dial(port: number, path?: string): Promise<Caller> {
  const caller = call(port, path);
  const { event, data } = await caller.next();
  if (event !== "pusher:connection_established") throw new Error(`the handshake was refused: ${JSON.stringify(data)}`);
  caller.socketId = (JSON.parse(String(data)) as { socket_id: string }).socket_id;
  return caller;
}
