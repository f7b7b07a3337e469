import { atEndOfTurn } from "../../clock.ts";
import type { Store } from "../../redis/store.ts";
import { readScript, versionsScript } from "./bucket-scripts.ts";
import type { Snapshot, StoreReplica } from "./replica.ts";

/** An entry of the store, and this node's copy of it. */
export interface Copied {
  readonly entry: string;
  readonly replica: StoreReplica;
}

interface Waiting {
  readonly entry: string;
  resolve(snapshot: Snapshot): void;
  reject(error: unknown): void;
}

/** So many entries are read in one script, which no other command can interrupt. */
const atOnce = 100;

/** Reads entries of the store; those that are wanted in one turn of the event loop together, bucket by bucket. */
export class Reads {
  readonly #store: Store;
  /** By the prefix of its bucket. */
  #waiting = new Map<string, Waiting[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** @throws ClusterAway */
  read(prefix: string, entry: string): Promise<Snapshot> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.size === 0) atEndOfTurn(() => this.#send());
      const waiting = this.#waiting.get(prefix);
      if (waiting) waiting.push({ entry, resolve, reject });
      else this.#waiting.set(prefix, [{ entry, resolve, reject }]);
    });
  }

  /** Those of the entries that are not what the store has. @throws ClusterAway */
  async stale(prefix: string, entries: readonly Copied[]): Promise<readonly Copied[]> {
    const args = [prefix, ...entries.map(({ entry }) => entry)];
    const [epoch, ...versions] = (await this.#store.run(versionsScript, `${prefix}bucket`, args)) as [
      string,
      ...number[],
    ];
    return entries.filter(({ replica }, at) => !replica.isAt(epoch, versions[at] ?? 0));
  }

  #send(): void {
    const batch = this.#waiting;
    this.#waiting = new Map();
    for (const [prefix, wanted] of batch) {
      for (let from = 0; from < wanted.length; from += atOnce)
        void this.#sendTo(prefix, wanted.slice(from, from + atOnce));
    }
  }

  async #sendTo(prefix: string, wanted: readonly Waiting[]): Promise<void> {
    try {
      const args = [prefix, ...wanted.map(({ entry }) => entry)];
      const answer = (await this.#store.run(readScript, `${prefix}bucket`, args)) as [
        string,
        number,
        number,
        ...string[][],
      ];
      const [epoch, settles, asOf, ...entries] = answer;
      for (const [at, { resolve }] of wanted.entries())
        resolve(parseEntry({ epoch, settles, asOf }, entries[at] ?? []));
    } catch (error) {
      for (const { reject } of wanted) reject(error);
    }
  }
}

/** @param fields of the entry's hash, each before its value */
function parseEntry(bucket: Pick<Snapshot, "epoch" | "settles" | "asOf">, fields: readonly string[]): Snapshot {
  const members = new Map<string, string | undefined>();
  let version = 0;
  let held = false;
  for (let at = 0; at < fields.length; at += 2) {
    const field = fields[at] ?? "";
    const value = fields[at + 1] ?? "";
    if (field === "v") version = Number(value);
    if (field === "n") held = Number(value) > 0;
    if (field.startsWith("+")) members.set(field.slice(1), value.slice(value.indexOf(" ") + 1) || undefined);
  }
  return { ...bucket, version, held, members };
}
