import type { Cancel, Clock } from "./clock.ts";
import type { Log } from "./log.ts";

/** How often it is said how many more there were; milliseconds. */
const period = 60_000;

/** Something that was refused, in words of the server's own: there are only so many of them. */
export interface Refusal {
  /** The id of the app, if there is one. */
  readonly app?: string | undefined;
  /** What was asked for: a frame of the protocol, a handshake, a request. */
  readonly what: string;
  /** The reason of the protocol, or the status. */
  readonly reason: string | number;
}

/**
 * What was refused to clients and app servers, for the log: the first at once, and once a minute how many more there were of its kind. Who
 * asked, and with what, it does not say: that may be a secret, and the one who asked was told.
 */
export class Refusals {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #counted = new Map<string, { readonly refusal: Refusal; times: number }>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  count(refusal: Refusal): void {
    const name = JSON.stringify(refusal);
    const counted = this.#counted.get(name);
    if (counted) {
      counted.times++;
      return;
    }
    this.#counted.set(name, { refusal, times: 0 });
    this.#log.warn(refusal, "refused");
  }

  /** Says how many there were, until it is cancelled. */
  watch(): Cancel {
    return this.#clock.every(period, () => {
      for (const [name, counted] of this.#counted) {
        if (counted.times === 0) this.#counted.delete(name);
        else this.#log.warn({ ...counted.refusal, times: counted.times }, "refused in the last minute");
        counted.times = 0;
      }
    });
  }
}
