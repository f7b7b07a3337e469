import type { MemberList } from "../ipc/line.ts";
import type { Link } from "../ipc/link.ts";
import type { Key, NodeId } from "../key.ts";
import type { Change, HoldOptions, OccupiedChannel, Replica, Roster, Tally } from "./roster.ts";

interface Copy extends Replica {
  known: boolean;
  held: boolean;
  readonly members: Map<string, string | undefined>;
}

/** A key that this worker follows. */
interface Followed {
  readonly copy: Copy;
  readonly following: Promise<Replica>;
}

/** The roster of a worker: its parent keeps it. What is said over the line keeps its order, so copies have nothing to miss. */
export class IpcRoster implements Roster {
  readonly shared: boolean = true;
  readonly #link: Link;
  readonly #followed = new Map<string, Followed>();
  readonly #listeners: ((change: Change) => void)[] = [];

  constructor(link: Link) {
    this.#link = link;
    link.on("change", (change) => this.#apply(change));
  }

  async start(): Promise<void> {}

  hold(key: Key, options: HoldOptions = {}): Promise<"held" | "full"> {
    return this.#link.ask("hold", key, options);
  }

  async release(key: Key): Promise<void> {
    await this.#link.ask("release", key);
  }

  holders(key: Key): Promise<NodeId[]> {
    return this.#link.ask("holders", key);
  }

  follow(key: Key): Promise<Replica> {
    const known = this.#followed.get(nameOf(key));
    if (known) return known.following;
    const copy: Copy = { known: false, held: false, members: new Map() };
    const following = this.#link.ask("follow", key).then(({ held, members }) => {
      copy.known = true;
      copy.held = held;
      for (const [userId, info] of members) copy.members.set(userId, info);
      return copy;
    });
    this.#followed.set(nameOf(key), { copy, following });
    return following;
  }

  async unfollow(key: Key): Promise<void> {
    this.#followed.delete(nameOf(key));
    await this.#link.ask("unfollow", key);
  }

  changes(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  news(): void {} // the parent tells the backends

  rejoined(): void {} // a worker lives as long as its line

  channels(app: string, prefix: string): Promise<OccupiedChannel[]> {
    return this.#link.ask("channels", app, prefix);
  }

  channel(app: string, channel: string): Promise<{ occupied: boolean; userCount: number }> {
    return this.#link.ask("channel", app, channel);
  }

  count(app: string, channel: string, own: number): Promise<Tally> {
    return this.#link.ask("count", app, channel, own);
  }

  copy(app: string, channel: string): ReadonlyMap<string, string | undefined> | undefined {
    const copy = this.#followed.get(nameOf({ kind: "channel", app, channel }))?.copy;
    return copy?.known ? copy.members : undefined;
  }

  async members(app: string, channel: string): Promise<ReadonlyMap<string, string | undefined>> {
    return this.copy(app, channel) ?? mapOf(await this.#link.ask("members", app, channel));
  }

  /** What this worker held, its parent takes back when it is gone. */
  async close(): Promise<void> {
    this.#listeners.length = 0;
    this.#followed.clear();
  }

  #apply(change: Change): void {
    const copy = this.#followed.get(nameOf(change.key))?.copy;
    if (!copy) return;
    const { key, kind, info } = change;
    if (key.kind !== "member") copy.held = kind === "added";
    else if (kind === "removed") copy.members.delete(key.userId);
    else copy.members.set(key.userId, info);
    for (const listener of this.#listeners) listener(change);
  }
}

function mapOf(members: MemberList): Map<string, string | undefined> {
  return new Map(members.map(([userId, info]) => [userId, info]));
}

function nameOf(key: Key): string {
  return key.kind === "user" ? `${key.app} user ${key.userId}` : `${key.app} channel ${key.channel}`;
}
