import { ClusterAway } from "../away.ts";
import type { Clock } from "../clock.ts";
import { bucketOf, bucketPrefix, entryOfTarget } from "../redis/layout.ts";
import { type Script, script } from "../redis/script.ts";
import type { Store } from "../redis/store.ts";
import type { Cache, Remembered } from "./cache.ts";
import { Recalls } from "./recalls.ts";

/** What a cache in a store needs. */
interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  /** The name of the cluster. */
  readonly cluster: string;
}

/** The cache of nodes that share a store. */
export class RedisCache implements Cache {
  readonly #needs: Needs;
  readonly #recalls = new Recalls();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  async remember(app: string, channel: string, frame: string, seconds: number): Promise<void> {
    this.heard(app, channel, frame, seconds);
    await this.#needs.store.run(rememberScript, this.#keyOf(app, channel), [frame, seconds * 1000]);
  }

  recall(app: string, channel: string): Promise<Remembered | undefined> {
    const key = this.#keyOf(app, channel);
    return this.#recalls.ask(key, this.#ask(key));
  }

  heard(app: string, channel: string, frame: string, seconds: number): void {
    this.#recalls.sent(this.#keyOf(app, channel), { frame, until: this.#needs.clock.now() + seconds * 1000 });
  }

  async #ask(key: string): Promise<Remembered | undefined> {
    const { store, clock } = this.#needs;
    const answer = await store.run(recallScript, key, []).catch((error: unknown) => {
      if (error instanceof ClusterAway) return [null, 0];
      throw error;
    });
    const [frame, left] = answer as [string | null, number];
    return frame === null ? undefined : { frame, until: clock.now() + Math.max(0, left) };
  }

  #keyOf(app: string, channel: string): string {
    const entry = entryOfTarget({ channel });
    return `${bucketPrefix(this.#needs.cluster, app, bucketOf(entry))}k:${channel}`;
  }
}

const rememberScript: Script = script(`redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])`);
const recallScript: Script = script(`return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}`);
