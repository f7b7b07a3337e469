import { once } from "node:events";
import { signUser } from "@usher/credentials";
import { WebSocket } from "ws";
import { digests, key } from "./request.ts";

interface Frame {
  readonly event: string;
  readonly data: string;
}

/** A client of one node. */
export class Caller {
  readonly #socket: WebSocket;
  readonly #socketId: string;

  private constructor(socket: WebSocket, socketId: string) {
    this.#socket = socket;
    this.#socketId = socketId;
  }

  static async dial(port: number): Promise<Caller> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/app/app-key?protocol=7`, { perMessageDeflate: false });
    const [message] = await once(socket, "message");
    const { data } = JSON.parse(String(message)) as Frame;
    return new Caller(socket, (JSON.parse(data) as { socket_id: string }).socket_id);
  }

  /** Resolves when the subscription has succeeded. */
  async subscribe(channel: string): Promise<void> {
    this.#socket.send(JSON.stringify({ event: "pusher:subscribe", data: { channel } }));
    await once(this.#socket, "message");
  }

  /** Resolves when the sign-in has succeeded. */
  async signin(id: string): Promise<void> {
    const userData = JSON.stringify({ id });
    const auth = signUser(key, { socketId: this.#socketId, userData }, digests.hmac);
    this.#socket.send(JSON.stringify({ event: "pusher:signin", data: { auth, user_data: userData } }));
    const [message] = await once(this.#socket, "message");
    const { event } = JSON.parse(String(message)) as Frame;
    if (event !== "pusher:signin_success") throw new Error(`a sign-in was answered with ${event}`);
  }

  /** @param listener is told the data of each event */
  hear(listener: (data: string) => void): void {
    this.#socket.on("message", (message) => listener((JSON.parse(String(message)) as Frame).data));
  }

  hangUp(): void {
    this.#socket.terminate();
  }
}
