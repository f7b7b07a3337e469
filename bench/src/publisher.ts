import { connect, type Socket } from "node:net";
import { usher } from "./peer.ts";
import { publishRequest } from "./request.ts";

/** So many requests may wait for their answers. */
const mostWaiting = 64;

/** Publishes at an even pace, over as many connections as have a request under way. */
export class Publisher {
  readonly #timer: NodeJS.Timeout;
  readonly #idle: Socket[];
  readonly #all: readonly Socket[];
  readonly #allowed: readonly string[];
  sent = 0;
  /** How often each status was the answer. */
  readonly answers: Map<string, number> = new Map();

  /**
   * @param perSecond events in a second
   * @param data of the event with this number
   * @param allowed statuses that may be answered
   */
  constructor(
    port: number,
    channel: string,
    perSecond: number,
    data: (number: number) => string,
    allowed: readonly string[] = ["200"],
  ) {
    this.#allowed = allowed;
    this.#all = Array.from({ length: mostWaiting }, () => this.#connect(port));
    this.#idle = [...this.#all];
    const start = performance.now();
    this.#timer = setInterval(() => {
      const due = ((performance.now() - start) * perSecond) / 1000;
      while (this.sent < due) {
        const socket = this.#idle.pop();
        if (!socket) return; // the server is behind: what is due is sent when it answers
        socket.write(publishRequest(usher, channel, data(this.sent++)));
      }
    }, 1);
  }

  stop(): void {
    clearInterval(this.#timer);
    for (const socket of this.#all) socket.destroy();
  }

  #connect(port: number): Socket {
    const socket = connect(port, "127.0.0.1").setNoDelay();
    socket.on("data", (answer) => {
      const status = String(answer).slice("HTTP/1.1 ".length, "HTTP/1.1 200".length);
      if (!this.#allowed.includes(status)) throw new Error(`a publish was answered with ${answer}`);
      this.answers.set(status, (this.answers.get(status) ?? 0) + 1);
      this.#idle.push(socket);
    });
    socket.on("error", () => {}); // the server has been stopped
    return socket;
  }
}
