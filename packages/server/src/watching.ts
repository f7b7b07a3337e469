import { encodeServerFrame, type ServerFrame, type WatchlistEvent } from "@usher/protocol";
import { ClusterAway } from "./away.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { Key } from "./key.ts";
import type { Roster } from "./roster/roster.ts";
import type { Connection } from "./socket/connection.ts";

/** How long a user who has gone may take to come back before anyone is told; milliseconds. */
const grace = 3000;

/** After how long a cluster that could not be asked is asked again; milliseconds. */
const retryAfter = 1000;

/** A user whom somebody on this node watches. */
interface Watched {
  readonly userId: string;
  readonly key: Key;
  /** The connections that watch, and whether each has been told how things stand: those that have are told what changes. */
  readonly watchers: Map<Connection, boolean>;
  /** What the watchers believe; `undefined` until the cluster has answered. */
  online: boolean | undefined;
  /** Resolves when it has, or cannot be asked now. */
  following: Promise<void>;
  /** Set while the user is gone and the watchers do not know, or while the cluster is still to be asked. */
  waiting: Cancel | undefined;
}

/** What watching needs. */
interface Needs {
  readonly roster: Roster;
  readonly clock: Clock;
  background(work: Promise<unknown>): void;
}

/**
 * Who on this node watches whom: the watchlists of the signed-in. The feed of the roster says who comes and goes, whether they have
 * a watchlist of their own or not.
 *
 * @see docs/protocol.md, 4.3
 */
export class Watching {
  readonly #needs: Needs;
  /** By app, then by user id. */
  readonly #watched = new Map<string, Map<string, Watched>>();
  readonly #lists = new Map<Connection, readonly Watched[]>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** The connection watches these users, and nobody else. Resolves when it is known how things stand with all of them. */
  async watch(connection: Connection, userIds: readonly string[]): Promise<void> {
    const before = this.#lists.get(connection) ?? [];
    if (before.length === 0 && userIds.length === 0) return;
    const list = new Set(userIds.map((userId) => this.#watchedAs(connection.app.id, userId)));
    for (const { watchers } of list) if (!watchers.has(connection)) watchers.set(connection, false);
    for (const watched of before) if (!list.has(watched)) this.#leave(connection, watched);
    this.#lists.set(connection, [...list]);
    await Promise.all(Array.from(list, ({ following }) => following));
  }

  /** Tells the connection how things stand with everyone it watches; from then on it is told what changes. */
  greet(connection: Connection): void {
    const list = this.#lists.get(connection) ?? [];
    for (const { watchers } of list) watchers.set(connection, true);
    const idsOf = (state: boolean): string[] =>
      list.filter(({ online }) => online === state).map(({ userId }) => userId);
    const events: WatchlistEvent[] = [
      { name: "online", user_ids: idsOf(true) },
      { name: "offline", user_ids: idsOf(false) },
    ];
    const said = events.filter(({ user_ids }) => user_ids.length > 0);
    if (said.length > 0) connection.send(frameOf(said));
  }

  /** The connection is gone. */
  forget(connection: Connection): void {
    for (const watched of this.#lists.get(connection) ?? []) this.#leave(connection, watched);
    this.#lists.delete(connection);
  }

  /**
   * The feed says that a user has come or gone. Who comes back within the grace was never away.
   *
   * @param late whether the grace was over before that was known
   */
  changed(app: string, userId: string, online: boolean, late = false): void {
    const watched = this.#watched.get(app)?.get(userId);
    if (watched?.online === undefined) return;
    watched.waiting?.();
    watched.waiting = undefined;
    if (watched.online === online) return;
    const tell = (): void => this.#tell(watched, online);
    if (online || late) tell();
    else watched.waiting = this.#needs.clock.after(grace, tell);
  }

  /** Tells nobody any more. */
  close(): void {
    for (const app of this.#watched.values()) for (const { waiting } of app.values()) waiting?.();
    this.#watched.clear();
    this.#lists.clear();
  }

  #watchedAs(app: string, userId: string): Watched {
    const known = this.#watched.get(app)?.get(userId);
    if (known) return known;
    const key: Key = { kind: "user", app, userId };
    const asked = Promise.resolve();
    const watched: Watched = {
      userId,
      key,
      watchers: new Map(),
      online: undefined,
      following: asked,
      waiting: undefined,
    };
    this.#watchedIn(app).set(userId, watched);
    watched.following = this.#follow(watched);
    return watched;
  }

  /** Whoever was greeted before the cluster could be asked is told when it can. */
  async #follow(watched: Watched): Promise<void> {
    const { roster, clock, background } = this.#needs;
    try {
      const { held } = await roster.follow(watched.key);
      this.#tell(watched, held);
    } catch (error) {
      if (!(error instanceof ClusterAway)) throw error;
      if (watched.watchers.size > 0) watched.waiting = clock.after(retryAfter, () => background(this.#follow(watched)));
    }
  }

  #leave(connection: Connection, watched: Watched): void {
    const { watchers, key, userId, waiting } = watched;
    watchers.delete(connection);
    if (watchers.size > 0) return;
    waiting?.();
    this.#watchedIn(key.app).delete(userId);
    this.#needs.background(this.#needs.roster.unfollow(key));
  }

  #tell(watched: Watched, online: boolean): void {
    watched.online = online;
    watched.waiting = undefined;
    const frame = encodeServerFrame(frameOf([{ name: online ? "online" : "offline", user_ids: [watched.userId] }]));
    for (const [connection, greeted] of watched.watchers) if (greeted) connection.send(frame);
  }

  #watchedIn(app: string): Map<string, Watched> {
    let watched = this.#watched.get(app);
    if (!watched) {
      watched = new Map();
      this.#watched.set(app, watched);
    }
    return watched;
  }
}

function frameOf(events: readonly WatchlistEvent[]): ServerFrame {
  return { event: "pusher_internal:watchlist_events", data: { events } };
}
