import { after, type Timer } from "./timer.ts";

/** What a heartbeat makes of silence. Times in milliseconds. */
export interface Pulse {
  /** Silence after which the server is pinged. */
  readonly activityTimeout: number;
  /** Silence after a ping by which the connection counts as lost. */
  readonly pongTimeout: number;
  ping(): void;
  /** Called once, and nothing after it. */
  lost(): void;
}

/** Watches over one established connection, by the protocol's section 1.4. Any frame is a sign of life, not only a pong. */
export class Heartbeat {
  readonly #pulse: Pulse;
  #timer: Timer | undefined;
  /** When the server last said something. A busy connection sets a time, and no timer. */
  #heardAt = performance.now();

  constructor(pulse: Pulse) {
    this.#pulse = pulse;
    this.#rest();
  }

  /** The server has said something. */
  heard(): void {
    this.#heardAt = performance.now();
  }

  /** Asks the server for a sign of life now. @param within so many milliseconds, if not the usual */
  check(within: number = this.#pulse.pongTimeout): void {
    const asked = performance.now();
    this.#wait(within, () => (this.#heardAt > asked ? this.#rest() : this.#pulse.lost()));
    this.#pulse.ping();
  }

  stop(): void {
    this.#timer?.cancel();
  }

  #rest(): void {
    const left = this.#heardAt + this.#pulse.activityTimeout - performance.now();
    if (left > 0) this.#wait(left, () => this.#rest());
    else this.check();
  }

  #wait(ms: number, then: () => void): void {
    this.stop();
    this.#timer = after(ms, then);
  }
}
