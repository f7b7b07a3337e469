import { encodeServerFrame, type ServerFrame, type WatchlistEvent } from "@usher/protocol";
import type { Cancel, Clock } from "./clock.ts";
import type { Key } from "./key.ts";
import type { Roster } from "./roster/roster.ts";
import type { Connection } from "./socket/connection.ts";

/** How long a user who has gone may take to come back before anyone is told; milliseconds. */
const grace = 3000;

/** A user whom somebody on this node watches. */
interface Watched {
  readonly userId: string;
  readonly key: Key;
  /** The connections that watch, and whether each has been told how things stand: those that have are told what changes. */
  readonly watchers: Map<Connection, boolean>;
  /** What the watchers believe; `undefined` until the cluster has answered. */
  online: boolean | undefined;
  /** Resolves when it has. */
  readonly following: Promise<void>;
  /** Set while the user is gone and the watchers do not know. */
  farewell: Cancel | undefined;
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

  /** The feed says that a user has come or gone. Who comes back within the grace was never away. */
  changed(app: string, userId: string, online: boolean): void {
    const watched = this.#watched.get(app)?.get(userId);
    if (watched?.online === undefined) return;
    watched.farewell?.();
    watched.farewell = undefined;
    if (watched.online === online) return;
    const tell = (): void => this.#tell(watched, online);
    if (online) tell();
    else watched.farewell = this.#needs.clock.after(grace, tell);
  }

  /** Tells nobody any more. */
  close(): void {
    for (const app of this.#watched.values()) for (const { farewell } of app.values()) farewell?.();
    this.#watched.clear();
    this.#lists.clear();
  }

  #watchedAs(app: string, userId: string): Watched {
    const known = this.#watched.get(app)?.get(userId);
    if (known) return known;
    const key: Key = { kind: "user", app, userId };
    const following = this.#needs.roster.follow(key).then(({ held }) => {
      watched.online = held;
    });
    const watched: Watched = { userId, key, watchers: new Map(), online: undefined, following, farewell: undefined };
    this.#watchedIn(app).set(userId, watched);
    return watched;
  }

  #leave(connection: Connection, watched: Watched): void {
    const { watchers, key, userId, farewell } = watched;
    watchers.delete(connection);
    if (watchers.size > 0) return;
    farewell?.();
    this.#watchedIn(key.app).delete(userId);
    this.#needs.background(this.#needs.roster.unfollow(key));
  }

  #tell(watched: Watched, online: boolean): void {
    watched.online = online;
    watched.farewell = undefined;
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
