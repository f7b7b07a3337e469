import type { Cancel, Clock } from "../clock.ts";
import type { Cache, Remembered } from "./cache.ts";

/** How often what is over is let go; milliseconds. */
const sweep = 60_000;

/** The cache of a node that is alone. */
export class MemoryCache implements Cache {
  readonly #clock: Clock;
  /** By app and channel; ids of apps hold no slash. */
  readonly #channels = new Map<string, Remembered>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Lets go what is over, until it is cancelled: channels that are never heard of again cost nothing for long. */
  watch(): Cancel {
    return this.#clock.every(sweep, () => {
      for (const [name, { until }] of this.#channels) if (until <= this.#clock.now()) this.#channels.delete(name);
    });
  }

  /** How many channels have an event, those included whose time is over and that are still to be let go. */
  get size(): number {
    return this.#channels.size;
  }

  remember(app: string, channel: string, frame: string, seconds: number): undefined {
    this.#channels.set(`${app}/${channel}`, { frame, until: this.#clock.now() + seconds * 1000 });
  }

  heard(): void {} // there are no other nodes

  async recall(app: string, channel: string): Promise<Remembered | undefined> {
    return this.last(app, channel);
  }

  /** The same, at once. */
  last(app: string, channel: string): Remembered | undefined {
    const remembered = this.#channels.get(`${app}/${channel}`);
    return remembered && remembered.until > this.#clock.now() ? remembered : undefined;
  }
}
