import { ClusterAway } from "../../away.ts";
import type { Clock } from "../../clock.ts";
import { Gatherer } from "../../redis/gatherer.ts";
import type { Membership } from "../../redis/membership.ts";
import type { Store } from "../../redis/store.ts";
import type { Act } from "./act.ts";
import { lastBatchScript } from "./bucket-scripts.ts";
import { changeScript } from "./hold-scripts.ts";

interface Waiting {
  readonly act: Act;
  resolve(version: number): void;
  reject(error: unknown): void;
}

/** What batches need. */
interface Needs {
  readonly store: Store;
  readonly membership: Membership;
  readonly clock: Clock;
}

/** As many go in one script, which no other command can interrupt. */
const atOnce = 250;

/**
 * Holds and releases on their way to the store: what comes while a batch is under way goes with the next, one script for each bucket.
 */
export class Batches {
  readonly #needs: Needs;
  /** By the prefix of its bucket. */
  #waiting = new Map<string, Waiting[]>();
  /** By prefix: the number of the last batch that the store has answered. */
  readonly #answered = new Map<string, number>();
  readonly #gatherer: Gatherer;
  #number = 0;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#gatherer = new Gatherer(needs.clock, () => this.#send());
  }

  /** @returns the version at which the act is seen; -1 for full @throws ClusterAway if it may not have been done */
  add(prefix: string, act: Act): Promise<number> {
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(prefix);
      if (waiting) waiting.push({ act, resolve, reject });
      else this.#waiting.set(prefix, [{ act, resolve, reject }]);
      this.#gatherer.begin();
    });
  }

  /** Another incarnation begins, of which the store has nothing yet. */
  begin(): void {
    this.#answered.clear();
  }

  /** Whether the store still has what it has answered. It has not, if it lost its data or came back with older. @throws ClusterAway */
  async areKept(): Promise<boolean> {
    const { store, membership } = this.#needs;
    const { incarnation } = membership;
    if (incarnation === undefined) return false;
    const kept = Array.from(this.#answered, async ([prefix, number]) => {
      const last = await store.run(lastBatchScript, `${prefix}bucket`, [incarnation]);
      return Number(last) >= number;
    });
    return (await Promise.all(kept)).every((isKept) => isKept);
  }

  async #send(): Promise<number> {
    const batch = this.#waiting;
    this.#waiting = new Map();
    await Promise.all(Array.from(batch, ([prefix, acts]) => this.#sendTo(prefix, acts)));
    let sent = 0;
    for (const acts of batch.values()) sent += acts.length;
    return sent;
  }

  /** In their order: of one bucket, each script waits for the one before it. */
  async #sendTo(prefix: string, acts: readonly Waiting[]): Promise<void> {
    for (let from = 0; from < acts.length; from += atOnce) {
      const some = acts.slice(from, from + atOnce);
      try {
        const versions = await this.#run(prefix, some);
        for (const [at, { resolve }] of some.entries()) resolve(versions[at] ?? 0);
      } catch (error) {
        for (const { reject } of some) reject(error);
      }
    }
  }

  async #run(prefix: string, acts: readonly Waiting[]): Promise<readonly number[]> {
    const { store, membership } = this.#needs;
    const { incarnation } = membership;
    if (incarnation === undefined) throw new ClusterAway("this node has no place in the cluster");
    const args = acts.flatMap(({ act }) => act);
    try {
      const number = ++this.#number;
      const versions = await store.run(changeScript, `${prefix}bucket`, [prefix, incarnation, number, ...args]);
      this.#answered.set(prefix, number);
      return versions as number[];
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith("LAPSED")) throw error;
      membership.lapsed(incarnation);
      throw new ClusterAway(error);
    }
  }
}
