import type { Clock } from "../clock.ts";
import { bucketOf, bucketPrefix, entryOfTarget } from "../redis/layout.ts";
import { type Script, script } from "../redis/script.ts";
import type { Store } from "../redis/store.ts";
import type { Cache, Remembered } from "./cache.ts";

/** What a cache in a store needs. */
interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  /** The name of the cluster. */
  readonly cluster: string;
}

/** A last event that is being asked for. */
interface Recalling {
  /** What was sent to the channel meanwhile. */
  newest: string | undefined;
}

/** The cache of nodes that share a store. */
export class RedisCache implements Cache {
  readonly #needs: Needs;
  /** By the channel's key in the store. */
  readonly #recalling = new Map<string, Set<Recalling>>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async remember(app: string, channel: string, frame: string, seconds: number): Promise<void> {
    this.heard(app, channel, frame);
    await this.#needs.store.run(rememberScript, this.#keyOf(app, channel), [frame, seconds * 1000]);
  }

  /**
   * What was sent while the store was asked is newer than what it answers: whoever recalls receives what is sent from now on, and
   * would otherwise miss what was sent just before.
   */
  async recall(app: string, channel: string): Promise<Remembered | undefined> {
    const key = this.#keyOf(app, channel);
    const recalling: Recalling = { newest: undefined };
    const others = this.#recalling.get(key);
    if (others) others.add(recalling);
    else this.#recalling.set(key, new Set([recalling]));
    try {
      const [frame, left] = (await this.#needs.store.run(recallScript, key, [])) as [string | null, number];
      const last = recalling.newest ?? frame;
      return last === null ? undefined : { frame: last, until: this.#needs.clock.now() + Math.max(0, left) };
    } catch {
      return undefined; // the store is away
    } finally {
      const all = this.#recalling.get(key);
      all?.delete(recalling);
      if (all?.size === 0) this.#recalling.delete(key);
    }
  }

  heard(app: string, channel: string, frame: string): void {
    if (this.#recalling.size === 0) return;
    for (const recalling of this.#recalling.get(this.#keyOf(app, channel)) ?? []) recalling.newest = frame;
  }

  #keyOf(app: string, channel: string): string {
    const entry = entryOfTarget({ channel });
    return `${bucketPrefix(this.#needs.cluster, app, bucketOf(entry))}k:${channel}`;
  }
}

const rememberScript: Script = script(`redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])`);
const recallScript: Script = script(`return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}`);
