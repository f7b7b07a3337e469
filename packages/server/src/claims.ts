import { ClusterAway } from "./away.ts";
import type { Broker } from "./broker/broker.ts";
import { type Claim, isBehind, isPresence, nameOf, newClaim, topicOf, unknown } from "./claim.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { Key } from "./key.ts";
import type { Log } from "./log.ts";
import type { HoldOptions, Roster } from "./roster/roster.ts";

/** What claims need. */
interface Needs {
  readonly broker: Broker;
  readonly roster: Roster;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long after a failure everything that failed is tried again; milliseconds. */
const retryAfter = 1000;

/** For how long a going may still be lost with the store: a backend is told of it only after a grace; milliseconds. */
const goingFor = 6000;

/**
 * What this node claims to hold. The roster follows the hub: for each key one call is under way at most, and when it returns, what
 * the hub wants by then is told, if that is something else. Whoever comes to a key that is being claimed waits for the same answer.
 *
 * A roster that fails undoes nothing: who came is in, on this node, and the roster is told again until it knows.
 */
export class Claims {
  readonly #needs: Needs;
  /** Only of keys that are held, or about which the roster is being told. */
  readonly #claims = new Map<string, Claim>();
  /** Those that were given back a short time ago, and when; the oldest first. */
  readonly #gone = new Map<Claim, number>();
  /** Those of which the roster could not be told. */
  readonly #failed = new Set<Claim>();
  #retry: Cancel | undefined;
  /** Whether the log has heard of the trouble that there is. */
  #isTroubled = false;
  #isClosed = false;
  /** Grows whenever this node joins the cluster anew: what was told before is lost. */
  #life = 0;

  constructor(needs: Needs) {
    this.#needs = needs;
    needs.roster.rejoined(() => this.#tellAgain());
  }

  /**
   * How the hub wants the key to be held; `undefined` for not. To be said in the turn in which the hub changed, or what is said
   * later might be older.
   */
  want(key: Key, options: HoldOptions | undefined): void {
    const name = nameOf(key);
    const known = this.#claims.get(name);
    if (!known && !options) return;
    const claim = known ?? newClaim(key);
    claim.wanted = options;
    if (!options) claim.full = false;
    this.#claims.set(name, claim);
  }

  /** Tells the roster what is wanted. Resolves when it knows, or cannot be told; never rejects. */
  tell(key: Key): Promise<void> {
    const claim = this.#claims.get(nameOf(key));
    return claim ? this.#follow(claim) : Promise.resolve();
  }

  /** What became of keys that have a holder in the hub, once the roster has been told of them. */
  async standing(keys: readonly Key[]): Promise<"held" | "full"> {
    for (const key of keys) {
      const claim = this.#claims.get(nameOf(key));
      while (claim?.work) await claim.work;
      if (claim?.full) return "full";
    }
    return "held";
  }

  /** Tells the roster nothing any more. */
  close(): void {
    this.#isClosed = true;
    this.#retry?.();
    this.#failed.clear();
    this.#gone.clear();
  }

  #follow(claim: Claim): Promise<void> {
    if (!claim.work && !isBehind(claim)) this.#forgetIfIdle(claim);
    else claim.work ??= this.#tell(claim);
    return claim.work ?? Promise.resolve();
  }

  #fail(claim: Claim, error: unknown): void {
    if (this.#isClosed) return;
    this.#failed.add(claim);
    claim.late = true;
    if (claim.wanted) claim.wanted = { ...claim.wanted, limit: 0 }; // who came is in by now
    this.#complain(error);
    this.#retry ??= this.#tellLater();
  }

  /** Once for each time of trouble. */
  #complain(error: unknown): void {
    if (this.#isTroubled) return;
    this.#isTroubled = true;
    const members = error instanceof ClusterAway ? { reason: error.message } : { err: error };
    this.#needs.log.error(members, "the roster cannot be told who came and went, and is told again until it knows");
  }

  #tellLater(): Cancel {
    return this.#needs.clock.after(retryAfter, () => {
      this.#retry = undefined;
      const failed = [...this.#failed];
      this.#failed.clear();
      for (const one of failed) void this.#follow(one);
    });
  }

  async #tell(claim: Claim): Promise<void> {
    try {
      while (isBehind(claim)) {
        const { key, wanted, again } = claim;
        const life = this.#life;
        claim.told = unknown;
        const full = wanted !== undefined && (await this.#comes(claim, { ...wanted, again })) === "full";
        if (!wanted) await this.#goes(key, again);
        if (life !== this.#life) continue; // it was told for nothing
        claim.again = false;
        claim.late = false;
        if (!wanted && claim.confirmed) this.#remember(claim);
        claim.confirmed = wanted !== undefined && !full;
        this.#isTroubled = false;
        claim.told = full ? undefined : wanted;
        claim.full = full && claim.wanted === wanted; // else the hub wants something else by now
      }
      this.#forgetIfIdle(claim);
    } catch (error) {
      this.#fail(claim, error);
    } finally {
      claim.work = undefined; // in the same turn in which it was last looked at what is wanted
    }
  }

  #forgetIfIdle({ key, wanted, told }: Claim): void {
    if (!wanted && !told) this.#claims.delete(nameOf(key));
  }

  /** Keeps a claim that was given back until its going cannot be lost any more. */
  #remember(claim: Claim): void {
    const now = this.#needs.clock.now();
    this.#gone.delete(claim);
    this.#gone.set(claim, now);
    for (const [oldest, at] of this.#gone) {
      if (now - at <= goingFor) break;
      this.#gone.delete(oldest);
    }
  }

  /** What was given back so lately that nobody may have been told of it counts as held until now. */
  #takeBackGone(): void {
    const since = this.#needs.clock.now() - goingFor;
    for (const [{ key }, at] of this.#gone) {
      if (at < since) continue;
      const claim = this.#claims.get(nameOf(key)) ?? { ...newClaim(key), told: unknown };
      claim.confirmed = true;
      this.#claims.set(nameOf(key), claim);
    }
    this.#gone.clear();
  }

  /** Everything that the roster knew of is told again: who is in stays in, and who has gone meanwhile is given back. */
  async #tellAgain(): Promise<void> {
    this.#life++;
    const told: Promise<void>[] = [];
    this.#takeBackGone();
    for (const claim of this.#claims.values()) {
      if (claim.told) claim.told = unknown;
      claim.again ||= claim.confirmed;
      claim.confirmed = false;
      if (claim.wanted && claim.again) claim.wanted = { ...claim.wanted, limit: 0 };
      told.push(this.#follow(claim));
    }
    await Promise.all(told);
  }

  /** All at once: whoever joins waits for one answer of the store, not for three. */
  async #comes({ key, late }: Claim, options: HoldOptions): Promise<"held" | "full"> {
    const { broker, roster } = this.#needs;
    const topic = topicOf(key);
    const held = roster.hold(key, options);
    await all([held, topic && broker.follow(topic), isPresence(key) && roster.follow(key, late)]);
    return held;
  }

  async #goes(key: Key, again: boolean): Promise<void> {
    const { broker, roster } = this.#needs;
    const topic = topicOf(key);
    await all([
      topic && broker.unfollow(topic),
      isPresence(key) && roster.unfollow(key),
      roster.release(key, { again }),
    ]);
  }
}

/** Resolves when all have come to their end. @throws what the first of them that failed has thrown */
async function all(work: readonly (Promise<unknown> | false | undefined)[]): Promise<void> {
  const outcomes = await Promise.allSettled(work);
  const failed = outcomes.find(({ status }) => status === "rejected");
  if (failed) throw (failed as PromiseRejectedResult).reason;
}
