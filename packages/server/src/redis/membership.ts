import { randomBytes } from "node:crypto";
import type { Cancel, Clock } from "../clock.ts";
import type { NodeId } from "../key.ts";
import type { Log } from "../log.ts";
import { nodesPrefix } from "./layout.ts";
import { beatScript, forgetScript } from "./membership-scripts.ts";
import type { Store } from "./store.ts";

/** One life of a node in the cluster: from its joining until its lease has lapsed. It alone holds keys. */
export type Incarnation = string;

/** What a node is to the cluster: still to join, a member, or a member for which the store is away. */
export type Standing = "joining" | "joined" | "away";

/** What membership needs. */
interface Needs {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  /** The name of the cluster. */
  readonly cluster: string;
  /** After how many milliseconds of silence a node counts as dead. */
  readonly lease: number;
}

/** What joins and leaves with the node. */
export interface Follower {
  /** Makes the place of a new incarnation, which does not count as joined before that. @throws if it cannot */
  enter(incarnation: Incarnation): Promise<void>;
  /** The incarnation has joined: everything is to be held again. Not waited for. */
  joined(): Promise<void>;
  /** Gives back what a dead incarnation held in these apps. @throws if it cannot: somebody will again */
  bury(incarnation: Incarnation, apps: readonly string[]): Promise<void>;
  /** The ids of the apps in which this node may hold something. */
  readonly apps: readonly string[];
}

/** What the store says to a beat. */
interface Told {
  readonly lapsed: boolean;
  /** An incarnation that this node is to bury, and the apps in which it may have held something. */
  readonly dead: Incarnation | undefined;
  readonly apps: readonly string[];
}

/** Beats in a lease. */
const beats = 10;

/**
 * Says that this node lives, a few times in each lease, by the clock of the store alone. A node whose lease has lapsed is buried by
 * another one, and comes back as a new incarnation.
 */
export class Membership {
  readonly node: NodeId = randomBytes(6).toString("hex");
  readonly #needs: Needs;
  readonly #prefix: string;
  #follower: Follower | undefined;
  #lives = 0;
  #incarnation: Incarnation | undefined;
  #standing: Standing = "joining";
  #live = 1;
  #cancel: Cancel | undefined;
  #beat: Promise<void> | undefined;
  #burial: Promise<void> | undefined;
  /** When its last beat was, by the store's clock. */
  #beatAt = 0;
  #failing = false;
  #isLeaving = false;
  readonly #listeners: ((standing: Standing) => void)[] = [];
  readonly #returns: ((away: number) => void)[] = [];
  /** When the store last answered. */
  #answered: number | undefined;

  constructor(needs: Needs) {
    this.#needs = needs;
    this.#prefix = nodesPrefix(needs.cluster);
  }

  get standing(): Standing {
    return this.#standing;
  }

  /** Under which this node holds keys. */
  get incarnation(): Incarnation | undefined {
    return this.#incarnation;
  }

  /** After how many milliseconds of silence a node counts as dead. */
  get lease(): number {
    return this.#needs.lease;
  }

  /** How many nodes live, this one included. */
  get live(): number {
    return this.#live;
  }

  onStanding(listener: (standing: Standing) => void): void {
    this.#listeners.push(listener);
  }

  /** This node may have missed something: it has joined, or can reach the store again. @param listener told how long it was away; milliseconds */
  onReturn(listener: (away: number) => void): void {
    this.#returns.push(listener);
  }

  /** Begins to live. Resolves after the first attempt to join, whatever came of it; there is one more with each beat. */
  async start(follower: Follower): Promise<void> {
    this.#follower = follower;
    this.#cancel = this.#needs.clock.every(this.#needs.lease / beats, () => void this.beat());
    await this.beat();
  }

  /** This node's incarnation has been buried: it comes back as another one, at once. */
  lapsed(incarnation: Incarnation | undefined): void {
    if (incarnation === undefined || incarnation !== this.#incarnation || this.#isLeaving) return;
    this.#incarnation = undefined;
    this.#needs.log.warn({ node: this.node }, "this node was away for too long and joins the cluster again");
    void this.beat();
  }

  /** One beat; while one is under way, that one. Never rejects. */
  beat(): Promise<void> {
    this.#beat ??= this.#speak().finally(() => {
      this.#beat = undefined;
    });
    return this.#beat;
  }

  /** This node is about to leave: it does not come back, whatever becomes of its place. */
  leave(): void {
    this.#isLeaving = true;
    this.#cancel?.();
  }

  /** Leaves the cluster. @param gaveBack whether what the node held was given back; if not, it is left to be buried */
  async close(gaveBack: boolean): Promise<void> {
    this.leave();
    this.#listeners.length = 0;
    this.#returns.length = 0;
    await this.#beat;
    await this.#burial;
    const incarnation = this.#incarnation;
    this.#incarnation = undefined;
    if (incarnation && gaveBack) await this.#forget(incarnation).catch(() => {}); // its lease will lapse
  }

  async #speak(): Promise<void> {
    const { clock } = this.#needs;
    const before = this.#incarnation;
    try {
      void this.#needs.store.checkListening();
      if (before === undefined) await this.#join();
      else await this.#stay(before);
      const away = clock.now() - (this.#answered ?? clock.now());
      const isBack = this.#standing !== "joined" || this.#incarnation !== before;
      this.#answered = clock.now();
      this.#stand("joined");
      if (isBack) for (const listener of this.#returns) listener(away);
    } catch (error) {
      this.#complain(error);
      if (this.#standing === "joined") this.#stand("away");
    }
  }

  async #join(): Promise<void> {
    const incarnation = `${this.node}-${++this.#lives}`;
    await this.#tell(incarnation, true);
    await this.#follower?.enter(incarnation);
    const { lapsed } = await this.#tell(incarnation, false); // its place may have been cleared away meanwhile
    if (lapsed) throw new Error("joining the cluster took longer than a lease");
    this.#incarnation = incarnation;
    void this.#follower?.joined();
  }

  async #stay(incarnation: Incarnation): Promise<void> {
    const { lapsed, dead, apps } = await this.#tell(incarnation, false);
    if (lapsed) this.#incarnation = undefined;
    if (lapsed) return this.#join();
    if (dead) this.#burial = this.#bury(dead, apps);
  }

  /** Takes its time, while the beats go on. What fails is left to whoever finds it next. */
  async #bury(dead: Incarnation, apps: readonly string[]): Promise<void> {
    this.#needs.log.warn({ node: dead }, "a node of the cluster has gone without a word: what it held is given back");
    try {
      await this.#follower?.bury(dead, apps);
      await this.#forget(dead);
    } catch (error) {
      this.#needs.log.warn({ err: error, node: dead }, "what a dead node held could not be given back, and will be");
    }
    this.#burial = undefined;
    if (!this.#isLeaving) await this.beat(); // there may be another one
  }

  /** A store that has an older beat of this node than its last one has gone back in time: what was held since is lost. */
  async #tell(incarnation: Incarnation, joins: boolean): Promise<Told> {
    const { store, lease } = this.#needs;
    const buries = this.#burial || !this.#incarnation ? 0 : 1;
    const known = (this.#follower?.apps ?? []).join();
    const args = [this.#prefix, incarnation, lease, joins ? 1 : 0, buries, known];
    const answer = await store.run(beatScript, `${this.#prefix}alive`, args);
    const [lapsed, live, dead, apps, now, before] = answer as [number, number, string, string, number, number];
    const wentBack = !joins && before < this.#beatAt;
    this.#beatAt = now;
    this.#live = Math.max(1, live);
    return { lapsed: lapsed === 1 || wentBack, dead: dead || undefined, apps: apps === "" ? [] : apps.split(",") };
  }

  async #forget(incarnation: Incarnation): Promise<void> {
    await this.#needs.store.run(forgetScript, `${this.#prefix}alive`, [this.#prefix, incarnation]);
  }

  #stand(standing: Standing): void {
    if (standing === this.#standing) return;
    this.#standing = standing;
    for (const listener of this.#listeners) listener(standing);
    if (standing !== "joined") return;
    this.#failing = false;
    this.#needs.log.info({ node: this.node, nodes: this.#live }, "this node is in the cluster");
  }

  /** Once for each time of trouble. */
  #complain(error: unknown): void {
    if (this.#failing) return;
    this.#failing = true;
    const sentence =
      this.#standing === "joining"
        ? "the store of the cluster cannot be reached: this node is not ready, and tries again"
        : "the store of the cluster is away: this node serves its own connections alone, and tries again";
    this.#needs.log.error({ reason: error instanceof Error ? error.message : String(error) }, sentence);
  }
}
