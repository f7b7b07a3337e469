import { atEndOfTurn, type Cancel, type Clock } from "../../clock.ts";
import type { Key } from "../../key.ts";
import { nodesPrefix } from "../../redis/layout.ts";
import type { Membership } from "../../redis/membership.ts";
import type { Store } from "../../redis/store.ts";
import type { News } from "../roster.ts";
import { lendScript, settleScript, takeScript } from "./outbox-scripts.ts";

/** What an outbox needs. */
interface Needs {
  readonly store: Store;
  readonly membership: Membership;
  readonly clock: Clock;
  /** The name of the cluster. */
  readonly cluster: string;
  /** The apps whose backends are told. */
  readonly apps: readonly string[];
  bucketsOf(app: string): readonly string[];
}

/** One bucket of an app for which this node tells. */
interface Bucket {
  readonly app: string;
  readonly number: number;
  readonly prefix: string;
  /** Rows that were settled, and are still to be struck. */
  settled: string[];
  /** Set while rows wait to be due. */
  wake: { readonly at: number; readonly cancel: Cancel } | undefined;
  work: Promise<void> | undefined;
  again: boolean;
  /** Rows that this node is telling. */
  readonly telling: Set<string>;
  /** Whether what was left was taken: by the node before this one, or by an answer that this one did not get. */
  adopted: boolean;
}

/** Rows that may be on their way to backends: what is more waits in the store. */
const mostOpen = 1000;
const atOnce = 100;

/**
 * What backends are still to be told, as rows that the scripts of the roster write. One node at a time tells for an app: it takes the rows
 * that are due, and strikes those that are settled. The next one begins with those that it left.
 */
export class Outbox {
  readonly #needs: Needs;
  /** By app, as long as this node tells for it. */
  readonly #tells = new Map<string, readonly Bucket[]>();
  readonly #listeners: ((news: News) => void)[] = [];
  #open = 0;
  #cancel: Cancel | undefined;
  #lending: Promise<void> | undefined;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  news(listener: (news: News) => void): void {
    this.#listeners.push(listener);
  }

  /** Looks in each lease several times which apps this node is to tell for. */
  start(): void {
    if (this.#needs.apps.length === 0) return;
    const { clock, membership, store } = this.#needs;
    const cancels = [
      clock.every(membership.lease / 5, () => this.#lendSoon()),
      clock.every(membership.lease, () => this.#lookAtAll()),
    ];
    this.#cancel = () => {
      for (const cancel of cancels) cancel();
    };
    store.onResumed(() => this.#lookAtAll());
    this.#lendSoon();
  }

  /** Takes nothing any more, and leaves the rest to others. What was settled is struck. */
  async close(): Promise<void> {
    this.#cancel?.();
    this.#listeners.length = 0;
    await this.#lending; // or it would be lent again what is given back now
    const buckets = [...this.#tells.values()].flat();
    const apps = [...this.#tells.keys()];
    this.#tells.clear();
    for (const { wake } of buckets) wake?.cancel();
    await Promise.allSettled(buckets.map((bucket) => this.#strike(bucket)));
    if (apps.length > 0) await this.#ask(apps, false).catch(() => {}); // the leases will lapse
  }

  #lendSoon(): void {
    this.#lending ??= this.#lend().finally(() => {
      this.#lending = undefined;
    });
  }

  async #lend(): Promise<void> {
    const { apps, membership } = this.#needs;
    if (membership.incarnation === undefined) return;
    try {
      const lent = new Set(await this.#ask(apps, true));
      for (const app of apps) {
        if (!lent.has(app)) this.#stop(app);
        else if (!this.#tells.has(app)) await this.#begin(app);
        else
          for (const bucket of this.#tells.get(app) ?? [])
            if (bucket.again || bucket.settled.length > 0) this.#look(bucket);
      }
    } catch {
      // the store is away: what is due waits there
    }
  }

  /** @returns the apps for which this node is to tell */
  async #ask(apps: readonly string[], wants: boolean): Promise<readonly string[]> {
    const { store, membership, cluster } = this.#needs;
    const prefix = nodesPrefix(cluster);
    const args = [prefix, membership.node, membership.lease, wants ? 1 : 0, ...apps];
    return (await store.run(lendScript, `${prefix}alive`, args)) as string[];
  }

  async #begin(app: string): Promise<void> {
    const buckets = this.#needs.bucketsOf(app).map(
      (prefix, number): Bucket => ({
        app,
        number,
        prefix,
        settled: [],
        wake: undefined,
        work: undefined,
        again: true,
        telling: new Set(),
        adopted: false,
      }),
    );
    const topics = buckets.map((bucket) =>
      this.#needs.store.subscribe(`${bucket.prefix}outbox`, (ms) => this.#wakeIn(bucket, Number(ms))),
    );
    await Promise.all(topics);
    this.#tells.set(app, buckets);
    for (const bucket of buckets) this.#look(bucket);
  }

  #stop(app: string): void {
    for (const { prefix, wake } of this.#tells.get(app) ?? []) {
      wake?.cancel();
      void this.#needs.store.unsubscribe(`${prefix}outbox`);
    }
    this.#tells.delete(app);
  }

  /** Looks in so many milliseconds, unless it is to look before that. */
  #wakeIn(bucket: Bucket, ms: number): void {
    if (ms <= 0) {
      this.#look(bucket);
      return;
    }
    const { clock } = this.#needs;
    const at = clock.now() + ms;
    if (bucket.wake && bucket.wake.at <= at) return;
    bucket.wake?.cancel();
    bucket.wake = { at, cancel: clock.after(ms, () => this.#look(bucket)) };
  }

  /** It may not have been heard that something waits. */
  #lookAtAll(): void {
    for (const buckets of this.#tells.values()) for (const bucket of buckets) this.#look(bucket);
  }

  #look(bucket: Bucket): void {
    bucket.wake?.cancel();
    bucket.wake = undefined;
    bucket.again = true;
    bucket.work ??= this.#work(bucket);
  }

  /** What fails is done when the next lease is asked for. */
  async #work(bucket: Bucket): Promise<void> {
    await new Promise<void>((resolve) => atEndOfTurn(resolve)); // what is told in one turn is taken together
    try {
      await this.#strike(bucket);
      while (bucket.again && this.#open < mostOpen && this.#tells.get(bucket.app)?.includes(bucket))
        await this.#take(bucket);
    } catch {
      bucket.again = true;
      bucket.adopted = false;
    }
    bucket.work = undefined;
  }

  async #take(bucket: Bucket): Promise<void> {
    const { store, membership } = this.#needs;
    const { prefix } = bucket;
    const answer = await store.run(takeScript, `${prefix}bucket`, [
      prefix,
      membership.node,
      atOnce,
      bucket.adopted ? 0 : 1,
    ]);
    const [rows, next] = answer as [string[], number];
    bucket.adopted = true;
    bucket.again = next === 0;
    if (next > 0) this.#wakeIn(bucket, next);
    for (const row of rows.sort(inOrder)) if (!bucket.telling.has(row)) this.#tell(bucket, row);
  }

  #tell(bucket: Bucket, row: string): void {
    const [id = "", kind, type, channel = "", ...rest] = row.split(" ");
    const { app } = bucket;
    const userId = rest.join(" ");
    const key: Key = type === "m" ? { kind: "member", app, channel, userId } : { kind: "channel", app, channel };
    this.#open++;
    bucket.telling.add(row);
    const settled = (): void => {
      const wasFull = this.#open-- >= mostOpen;
      bucket.settled.push(row);
      this.#look(bucket);
      if (wasFull)
        for (const buckets of this.#tells.values()) for (const other of buckets) if (other.again) this.#look(other);
    };
    const news: News = { key, kind: kind === "+" ? "added" : "removed", id: `${bucket.number}-${id}`, settled };
    for (const listener of this.#listeners) listener(news);
  }

  async #strike(bucket: Bucket): Promise<void> {
    const { prefix, settled } = bucket;
    if (settled.length === 0) return;
    bucket.settled = [];
    await this.#needs.store.run(settleScript, `${prefix}bucket`, [prefix, ...settled]).catch((error: unknown) => {
      bucket.settled.push(...settled);
      throw error;
    });
    for (const row of settled) bucket.telling.delete(row);
  }
}

/** Rows begin with epoch and version. */
function inOrder(one: string, other: string): number {
  const [epoch = 0, version = 0] = one.split(" ", 1)[0]?.split("-").map(Number) ?? [];
  const [otherEpoch = 0, otherVersion = 0] = other.split(" ", 1)[0]?.split("-").map(Number) ?? [];
  return epoch - otherEpoch || version - otherVersion;
}
