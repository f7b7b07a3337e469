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
  #timer: Timer;

  constructor(pulse: Pulse) {
    this.#pulse = pulse;
    this.#timer = this.#rest();
  }

  /** The server has said something. */
  heard(): void {
    this.#timer.cancel();
    this.#timer = this.#rest();
  }

  /** Asks the server for a sign of life now. @param within so many milliseconds, if not the usual */
  check(within: number = this.#pulse.pongTimeout): void {
    this.#timer.cancel();
    this.#timer = after(within, () => this.#pulse.lost());
    this.#pulse.ping();
  }

  stop(): void {
    this.#timer.cancel();
  }

  #rest(): Timer {
    return after(this.#pulse.activityTimeout, () => this.check());
  }
}
