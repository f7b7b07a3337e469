import { ClusterAway } from "../../away.ts";
import type { Cancel } from "../../clock.ts";
import type { Key, NodeId } from "../../key.ts";
import { bucketOf, bucketPrefix, buckets, entryOf } from "../../redis/layout.ts";
import type { Follower, Incarnation } from "../../redis/membership.ts";
import type { Change, HoldOptions, News, OccupiedChannel, ReleaseOptions, Replica, Roster, Tally } from "../roster.ts";
import { actOn } from "./act.ts";
import { Batches } from "./batches.ts";
import { channelScript, countScript, enterScript, holdersScript, occupiedScript } from "./bucket-scripts.ts";
import { leaveScript } from "./hold-scripts.ts";
import type { Needs } from "./needs.ts";
import { Outbox } from "./outbox.ts";
import { Reads } from "./reads.ts";
import { Replicas } from "./replicas.ts";

/** How much of what a dead node held is given back in one step. */
const buriedAtOnce = 200;

/** The roster of a cluster that shares a store. What this node holds is the store's business alone; what it follows, it has copies of. */
export class RedisRoster implements Roster, Follower {
  readonly shared: boolean = true;
  readonly #needs: Needs;
  readonly #batches: Batches;
  readonly #reads: Reads;
  readonly #outbox: Outbox;
  readonly #replicas: Replicas;
  /** Prefix of each bucket -> the epoch in which this node has entered it. */
  readonly #epochs = new Map<string, string>();
  /** The newest version of each bucket that this node has made. */
  readonly #versions = new Map<string, number>();
  readonly #hears: ReadonlySet<string>;
  readonly #again: (() => Promise<void>)[] = [];
  #audit: Cancel | undefined;
  /** Resolves when this incarnation holds what the one before it held. */
  #heldAgain: Promise<unknown> = Promise.resolve();

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#batches = new Batches(needs);
    this.#reads = new Reads(needs.store);
    const { lease } = needs.membership;
    const wentBack = (): void => needs.membership.lapsed(needs.membership.incarnation);
    const placeOf = (key: Key) => this.#placeOf(key);
    this.#replicas = new Replicas({ ...needs, lease, reads: this.#reads, placeOf, wentBack });
    this.#hears = new Set(needs.apps.filter(({ hears }) => hears).map(({ id }) => id));
    this.#outbox = new Outbox({ ...needs, apps: [...this.#hears], bucketsOf: (app) => this.#bucketsOf(app) });
  }

  async start(): Promise<void> {
    const { store, membership } = this.#needs;
    store.onResumed(() => void this.#resume());
    membership.onStanding((standing) => standing === "away" && this.#replicas.waitNoLonger());
    this.#audit = this.#replicas.audit();
    await membership.start(this);
    this.#outbox.start();
  }

  async hold(key: Key, { info = "", limit = 0, again = false }: HoldOptions = {}): Promise<"held" | "full"> {
    const version = await this.#act("+", key, info, limit, again);
    if (version === -1) return "full";
    await this.#replicas.heard(key, version);
    return "held";
  }

  async release(key: Key, { again = false }: ReleaseOptions = {}): Promise<void> {
    await this.#replicas.heard(key, await this.#act("-", key, "", this.#needs.grace, again));
  }

  async holders(key: Key): Promise<NodeId[]> {
    const { prefix } = this.#placeOf(key);
    const args = [prefix, entryOf(key), key.kind === "member" ? key.userId : ""];
    const holders = String((await this.#needs.store.run(holdersScript, `${prefix}bucket`, args)) ?? "");
    return holders === ""
      ? []
      : holders.split(",").map((incarnation) => incarnation.slice(0, incarnation.lastIndexOf("-")));
  }

  follow(key: Key, late = false): Promise<Replica> {
    return this.#replicas.follow(key, late);
  }

  unfollow(key: Key): Promise<void> {
    return this.#replicas.unfollow(key);
  }

  changes(listener: (change: Change) => void): void {
    this.#replicas.changes(listener);
  }

  news(listener: (news: News) => void): void {
    this.#outbox.news(listener);
  }

  rejoined(listener: () => Promise<void>): void {
    this.#again.push(listener);
  }

  async channel(app: string, channel: string): Promise<{ occupied: boolean; userCount: number }> {
    const { prefix, entry } = this.#placeOf({ kind: "channel", app, channel });
    const answer = await this.#needs.store.run(channelScript, `${prefix}bucket`, [prefix, entry]);
    const [nodes, members] = answer as [string | null, string | null];
    return { occupied: Number(nodes) > 0, userCount: Number(members) };
  }

  async channels(app: string, prefix: string): Promise<OccupiedChannel[]> {
    const all = this.#bucketsOf(app).map((bucket) =>
      this.#needs.store.run(occupiedScript, `${bucket}bucket`, [bucket]),
    );
    const occupied: OccupiedChannel[] = [];
    for (const fields of (await Promise.all(all)) as string[][]) {
      for (let at = 0; at < fields.length; at += 2) {
        const channel = fields[at] ?? "";
        if (!channel.startsWith(prefix)) continue;
        const presence = channel.startsWith("presence-");
        occupied.push({ channel, userCount: presence ? Number(fields[at + 1]) : undefined });
      }
    }
    return occupied;
  }

  async count(app: string, channel: string, own: number): Promise<Tally> {
    const { store, membership } = this.#needs;
    const { prefix, entry } = this.#placeOf({ kind: "channel", app, channel });
    const args = [prefix, entry, membership.incarnation ?? "", own];
    const [count, kept] = (await store.run(countScript, `${prefix}bucket`, args)) as [number, number];
    return { count, kept: kept === 1 };
  }

  copy(app: string, channel: string): ReadonlyMap<string, string | undefined> | undefined {
    return this.#replicas.membersOf({ kind: "channel", app, channel });
  }

  async members(app: string, channel: string): Promise<ReadonlyMap<string, string | undefined>> {
    const key: Key = { kind: "channel", app, channel };
    const { standing } = this.#needs.membership;
    if (standing !== "joined") throw new ClusterAway(`this node is ${standing}`); // a copy may be old by now
    const followed = this.#replicas.membersOf(key);
    if (followed) return followed;
    const { prefix, entry } = this.#placeOf(key);
    return (await this.#reads.read(prefix, entry)).members;
  }

  async close(): Promise<void> {
    const { membership, grace } = this.#needs;
    this.#audit?.();
    this.#again.length = 0;
    membership.leave();
    await this.#outbox.close();
    const { incarnation } = membership;
    const canGiveBack = incarnation !== undefined && membership.standing === "joined";
    const gaveBack = canGiveBack && (await this.#leave(incarnation, grace).then(yes, no));
    await membership.close(gaveBack);
    this.#replicas.close();
  }

  get apps(): readonly string[] {
    return this.#needs.apps.map(({ id }) => id);
  }

  async enter(incarnation: Incarnation): Promise<void> {
    const { store, apps, membership } = this.#needs;
    const seen = this.#replicas.versions();
    for (const { id } of apps) {
      await Promise.all(
        this.#bucketsOf(id).map(async (prefix) => {
          const version = Math.max(this.#versions.get(prefix) ?? 0, seen.get(prefix) ?? 0);
          const known = [this.#epochs.get(prefix) ?? "", membership.lease, version];
          const args = [prefix, incarnation, ...known];
          this.#epochs.set(prefix, String(await store.run(enterScript, `${prefix}bucket`, args)));
        }),
      );
    }
  }

  joined(): Promise<void> {
    this.#batches.begin();
    this.#heldAgain = Promise.all(this.#again.map((listener) => listener()));
    return this.#readAgain();
  }

  /** A dead node was away for a lease: that is grace enough. */
  bury(incarnation: Incarnation, apps: readonly string[]): Promise<void> {
    return this.#leave(incarnation, 0, apps);
  }

  async #resume(): Promise<void> {
    const { membership } = this.#needs;
    const { incarnation } = membership;
    await membership.beat();
    if (membership.standing !== "joined") return; // then it is done when this node has joined
    if (!(await this.#batches.areKept().catch(yes))) membership.lapsed(incarnation);
    await membership.beat();
    await this.#readAgain();
  }

  /** When this node's own part is there again: nobody here is to hear that they have gone themselves. */
  async #readAgain(): Promise<void> {
    await this.#heldAgain;
    this.#replicas.readAgain();
  }

  async #leave(incarnation: Incarnation, grace: number, apps: readonly string[] = this.apps): Promise<void> {
    const { store } = this.#needs;
    for (const id of apps) {
      await Promise.all(
        this.#bucketsOf(id).map(async (prefix) => {
          const args = [prefix, incarnation, buriedAtOnce, grace, this.#hears.has(id) ? 1 : 0];
          while (Number(await store.run(leaveScript, `${prefix}bucket`, args)) > 0);
        }),
      );
    }
  }

  async #act(act: "+" | "-", key: Key, info: string, number: number, again: boolean): Promise<number> {
    const flags = `${this.#hears.has(key.app) ? "h" : ""}${again ? "a" : ""}`;
    const { prefix } = this.#placeOf(key);
    const version = await this.#batches.add(prefix, actOn(act, key, info, number, flags));
    this.#versions.set(prefix, Math.max(version, this.#versions.get(prefix) ?? 0));
    return version;
  }

  #placeOf(key: Key): { prefix: string; entry: string } {
    const entry = entryOf(key);
    return { prefix: bucketPrefix(this.#needs.cluster, key.app, bucketOf(entry)), entry };
  }

  #bucketsOf(app: string): string[] {
    return Array.from({ length: buckets }, (_, bucket) => bucketPrefix(this.#needs.cluster, app, bucket));
  }
}

const yes = (): boolean => true;
const no = (): boolean => false;
