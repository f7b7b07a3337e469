import type { Clock } from "../clock.ts";
import type { Cache, CachedEvent, Remembered } from "./cache.ts";

/** The cache of a node that is alone. */
export class MemoryCache implements Cache {
  readonly #clock: Clock;
  /** By app, then by channel. All events of an app are kept for as long, so those that were remembered first are over first. */
  readonly #apps = new Map<string, Map<string, Remembered>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  remember(app: string, channel: string, event: CachedEvent, seconds: number): undefined {
    let channels = this.#apps.get(app);
    if (!channels) {
      channels = new Map();
      this.#apps.set(app, channels);
    }
    this.#forgetOver(channels);
    channels.delete(channel); // so that it stands last
    channels.set(channel, { ...event, until: this.#clock.now() + seconds * 1000 });
  }

  async recall(app: string, channel: string): Promise<Remembered | undefined> {
    const remembered = this.#apps.get(app)?.get(channel);
    return remembered && remembered.until > this.#clock.now() ? remembered : undefined;
  }

  #forgetOver(channels: Map<string, Remembered>): void {
    for (const [channel, { until }] of channels) {
      if (until > this.#clock.now()) return;
      channels.delete(channel);
    }
  }
}
