import type { App } from "./apps/app.ts";
import type { Clock } from "./clock.ts";

/**
 * So many a second, and up to a second's worth at once: a bucket that is refilled all the time. What costs more than the bucket
 * holds passes when it is full, and is paid off afterwards.
 */
export class Bucket {
  readonly #perSecond: number;
  #left: number;
  #filledAt: number;

  /** @param now milliseconds; every later call gives its own */
  constructor(perSecond: number, now: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#filledAt = now;
  }

  /** Takes the cost out, if it is there. @returns 0 if it was, else the milliseconds after which it will be */
  take(cost: number, now: number): number {
    const filled = this.#left + (Math.max(0, now - this.#filledAt) * this.#perSecond) / 1000;
    this.#left = Math.min(this.#perSecond, filled);
    this.#filledAt = now;
    const missing = Math.min(cost, this.#perSecond) - this.#left;
    if (missing > 0) return (missing * 1000) / this.#perSecond;
    this.#left -= cost;
    return 0;
  }
}

/** What of an app is counted by the second. */
export type AppRate = "eventsPerSecond" | "readsPerSecond";

/** A bucket, and among how many nodes the limit was divided when it was made. */
interface Share {
  readonly bucket: Bucket;
  readonly nodes: number;
}

/** How much of what an app may do in a second it has done on this node, which may do its share of it. */
export class Rates {
  readonly #clock: Clock;
  readonly #nodes: () => number;
  /** By app and limit; made when the app first comes up against it. */
  readonly #shares = new Map<string, Share>();

  /** @param nodes how many share the work, this one included */
  constructor(clock: Clock, nodes: () => number) {
    this.#clock = clock;
    this.#nodes = nodes;
  }

  /** @returns 0 if the app may do so much more now, else the milliseconds after which it may */
  take({ id, limits }: App, rate: AppRate, cost: number): number {
    const perSecond = limits[rate];
    if (perSecond === 0) return 0;
    const now = this.#clock.now();
    const name = `${id} ${rate}`;
    const nodes = this.#nodes();
    let share = this.#shares.get(name);
    if (share?.nodes !== nodes) share = { bucket: new Bucket(perSecond / nodes, now), nodes };
    this.#shares.set(name, share);
    return share.bucket.take(cost, now);
  }
}
