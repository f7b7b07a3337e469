import type { Cancel, Clock } from "../../clock.ts";
import type { Key } from "../../key.ts";
import type { Store } from "../../redis/store.ts";
import type { Change, Replica } from "../roster.ts";
import type { Copied, Reads } from "./reads.ts";
import { parseTold, type Snapshot, StoreReplica, type Told } from "./replica.ts";

/** What copies need. */
interface Needs {
  readonly store: Store;
  readonly reads: Reads;
  readonly clock: Clock;
  /** How often every copy is compared with the store; milliseconds. */
  readonly lease: number;
  placeOf(key: Key): { prefix: string; entry: string };
  /** The store has less than it had: what it lost begins a new epoch. */
  wentBack(): void;
}

/** A key that this node follows. */
interface Followed extends Copied {
  readonly prefix: string;
  /** Resolves when the copy is one for the first time. */
  readonly following: Promise<Replica>;
  /** What was told while the store was being read; `undefined` when it is not. */
  meanwhile: Told[] | undefined;
  /** Whether what is being read may be too old already. */
  again: boolean;
  /** Who waits until the copy has come to a version. */
  waiting: { readonly version: number; readonly resolve: () => void }[];
}

/**
 * The copies of what this node follows: each is read from the store once its changes are heard, then kept by them. Whenever something may
 * have been missed it is read again, and only what is different is announced.
 */
export class Replicas {
  readonly #needs: Needs;
  /** By prefix and entry. */
  readonly #followed = new Map<string, Followed>();
  readonly #listeners: ((change: Change) => void)[] = [];
  /** Set while there are copies for which goings are not believed. */
  #settling: Cancel | undefined;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  changes(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** @param late whether what is read first is news, too @throws ClusterAway; then nothing is followed */
  follow(key: Key, late: boolean): Promise<Replica> {
    const { prefix, entry } = this.#needs.placeOf(key);
    const known = this.#followed.get(prefix + entry);
    if (known) return known.following;
    const replica = new StoreReplica(key, late);
    const topic = `${prefix}f:${entry}`;
    const subscribed = this.#needs.store.subscribe(topic, (message) => this.#hear(followed, parseTold(message)));
    const following = subscribed
      .then(() => this.#read(followed))
      .then(
        () => replica,
        (error: unknown) => {
          this.#drop(followed);
          throw error;
        },
      );
    const followed: Followed = { replica, prefix, entry, following, meanwhile: undefined, again: false, waiting: [] };
    this.#followed.set(prefix + entry, followed);
    return following;
  }

  async unfollow(key: Key): Promise<void> {
    const { prefix, entry } = this.#needs.placeOf(key);
    const followed = this.#followed.get(prefix + entry);
    if (followed) this.#drop(followed);
  }

  /** The members of a channel, if there is a copy of it. */
  membersOf(key: Key): ReadonlyMap<string, string | undefined> | undefined {
    const { prefix, entry } = this.#needs.placeOf(key);
    const replica = this.#followed.get(prefix + entry)?.replica;
    return replica?.known ? replica.members : undefined;
  }

  /** The newest version of each bucket that a copy here has seen, by its prefix. */
  versions(): ReadonlyMap<string, number> {
    const versions = new Map<string, number>();
    for (const { prefix, replica } of this.#followed.values())
      versions.set(prefix, Math.max(replica.asOf, versions.get(prefix) ?? 0));
    return versions;
  }

  /** Resolves when the copy of the key, if there is one, has come to the version, or cannot for now. */
  heard(key: Key, version: number): Promise<void> | undefined {
    const { prefix, entry } = this.#needs.placeOf(key);
    const followed = this.#followed.get(prefix + entry);
    if (!followed || (followed.replica.known && followed.replica.asOf >= version)) return undefined;
    return new Promise((resolve) => followed.waiting.push({ version, resolve }));
  }

  /** The store is away: what it has said will be heard when it is there again. */
  waitNoLonger(): void {
    for (const followed of this.#followed.values()) letGo(followed, Number.POSITIVE_INFINITY);
  }

  /** Reads everything again: something may have been missed. */
  readAgain(): void {
    for (const followed of this.#followed.values()) if (followed.replica.known) this.#readSoon(followed);
  }

  /** Looks at every copy once in each lease: what was missed without a word is missed for no longer. */
  audit(): Cancel {
    return this.#needs.clock.every(this.#needs.lease, () => void this.#compare());
  }

  close(): void {
    this.#settling?.();
    this.waitNoLonger();
    this.#listeners.length = 0;
    this.#followed.clear();
  }

  #drop(followed: Followed): void {
    const { prefix, entry } = followed;
    if (this.#followed.get(prefix + entry) !== followed) return;
    this.#followed.delete(prefix + entry);
    letGo(followed, Number.POSITIVE_INFINITY);
    void this.#needs.store.unsubscribe(`${prefix}f:${entry}`);
  }

  #hear(followed: Followed, told: Told): void {
    if (followed.meanwhile) followed.meanwhile.push(told);
    else if (followed.replica.known && !this.#apply(followed, told)) this.#readSoon(followed); // what comes before the first reading is in it
  }

  /** @returns whether the copy is whole */
  #apply(followed: Followed, told: Told): boolean {
    const applied = followed.replica.apply(told);
    if (applied === "gap") return false;
    if (applied !== "known") this.#announce(applied);
    letGo(followed, followed.replica.asOf);
    return true;
  }

  /** What fails is left to the audit, and to the store's coming back. */
  #readSoon(followed: Followed): void {
    this.#read(followed).catch(() => {});
  }

  /** While a copy is being read, its changes are gathered; they are applied to what was read. */
  async #read(followed: Followed): Promise<void> {
    followed.again = true;
    if (followed.meanwhile) return;
    while (followed.again && this.#isFollowed(followed)) {
      followed.again = false;
      followed.meanwhile = [];
      const { prefix, entry } = followed;
      const snapshot = await this.#needs.reads.read(prefix, entry).catch((error: unknown) => {
        followed.meanwhile = undefined;
        throw error;
      });
      const { meanwhile } = followed;
      followed.meanwhile = undefined;
      if (!this.#isFollowed(followed)) return;
      this.#reset(followed, snapshot);
      if (!meanwhile.every((told) => this.#apply(followed, told))) followed.again = true;
    }
  }

  #reset(followed: Followed, snapshot: Snapshot): void {
    if (followed.replica.isAheadOf(snapshot)) {
      this.#needs.wentBack(); // and everything is read again in the new epoch
      return;
    }
    this.#announce(followed.replica.reset(snapshot));
    letGo(followed, snapshot.asOf);
    if (followed.replica.settling) this.#settle(snapshot.settles || this.#needs.lease);
  }

  #settle(ms: number): void {
    this.#settling ??= this.#needs.clock.after(ms + 1, () => {
      this.#settling = undefined;
      for (const followed of this.#followed.values()) if (followed.replica.settling) this.#readSoon(followed);
    });
  }

  async #compare(): Promise<void> {
    const byBucket = new Map<string, Followed[]>();
    for (const followed of this.#followed.values()) {
      const { prefix, replica } = followed;
      if (replica.known) byBucket.set(prefix, [...(byBucket.get(prefix) ?? []), followed]);
    }
    for (const [prefix, some] of byBucket) {
      const stale = await this.#needs.reads.stale(prefix, some).catch((): Copied[] => []); // all are read when the store is back
      for (const followed of some) if (stale.includes(followed)) this.#readSoon(followed);
    }
  }

  #isFollowed({ prefix, entry, replica }: Followed): boolean {
    return this.#followed.get(prefix + entry)?.replica === replica;
  }

  #announce(changes: readonly Change[]): void {
    for (const change of changes) for (const listener of this.#listeners) listener(change);
  }
}

/** Those who wait for no more than the version. */
function letGo(followed: Followed, version: number): void {
  const { waiting } = followed;
  if (waiting.length === 0) return;
  followed.waiting = waiting.filter((one) => one.version > version);
  for (const one of waiting) if (one.version <= version) one.resolve();
}
