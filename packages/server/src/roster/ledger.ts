import type { Key, NodeId } from "../key.ts";
import type { Change, HoldOptions, OccupiedChannel, Replica, Tally } from "./roster.ts";

interface Member {
  info: string | undefined;
  readonly holders: Set<NodeId>;
}

/** What is known of a channel or a user. */
interface Entry extends Replica {
  /** A channel's or a user's. */
  readonly key: Key;
  /** Node -> the subscriptions that it has said it has. */
  readonly holders: Map<NodeId, number>;
  readonly present: Map<string, Member>;
  readonly members: Map<string, string | undefined>;
}

const nobody: ReadonlyMap<string, string | undefined> = new Map();

/** Who holds what, written down in one process: each act is done, and announced, before its call returns. */
export class Ledger {
  /** By app, then by what the key names there. Only of what somebody holds or follows. */
  readonly #entries = new Map<string, Map<string, Entry>>();
  /** Who follows an entry. */
  readonly #followers = new Map<Entry, Set<NodeId>>();
  readonly #listeners: ((change: Change) => void)[] = [];

  /** @param listener is told of every change */
  changes(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  /** @see Roster */
  hold(node: NodeId, key: Key, { info, limit = 0 }: HoldOptions = {}): "held" | "full" {
    const entry = this.#entry(key);
    if (key.kind !== "member") {
      const isFirst = entry.holders.size === 0;
      if (!entry.holders.has(node)) entry.holders.set(node, 0);
      if (isFirst) this.#announce({ key, kind: "added" });
      return "held";
    }
    const present = entry.present.get(key.userId);
    if (!present && limit > 0 && entry.present.size >= limit) return "full";
    present?.holders.add(node);
    if (present && present.info === info) return "held";
    if (present) present.info = info;
    else entry.present.set(key.userId, { info, holders: new Set([node]) });
    entry.members.set(key.userId, info);
    this.#announce({ key, kind: present ? "info" : "added", info });
    return "held";
  }

  /** @see Roster */
  release(node: NodeId, key: Key): void {
    const entry = this.#find(key);
    if (!entry) return;
    const isLast = key.kind === "member" ? leaves(entry, key.userId, node) : vacates(entry, node);
    if (isLast) this.#announce({ key, kind: "removed" });
    this.#forgetIfUnused(entry);
  }

  /** Everything that the node held is given back, and it follows nothing. */
  leave(node: NodeId): void {
    for (const app of this.#entries.values()) {
      for (const { key, present } of [...app.values()]) {
        this.unfollow(node, key);
        if (key.kind === "channel")
          for (const userId of [...present.keys()]) this.release(node, { ...key, kind: "member", userId });
        this.release(node, key);
      }
    }
  }

  holders(key: Key): NodeId[] {
    const entry = this.#find(key);
    const holders = key.kind === "member" ? entry?.present.get(key.userId)?.holders : entry?.holders.keys();
    return [...(holders ?? [])];
  }

  /** The entry itself, which is kept for as long as it is followed. */
  follow(node: NodeId, key: Key): Replica {
    const entry = this.#entry(key);
    const followers = this.#followers.get(entry);
    if (followers) followers.add(node);
    else this.#followers.set(entry, new Set([node]));
    return entry;
  }

  unfollow(node: NodeId, key: Key): void {
    const entry = this.#find(key);
    const followers = entry && this.#followers.get(entry);
    if (!followers?.delete(node) || followers.size > 0) return;
    this.#followers.delete(entry as Entry);
    this.#forgetIfUnused(entry as Entry);
  }

  /** Those who follow the key; of a member, its channel. */
  followers(key: Key): Iterable<NodeId> {
    const entry = this.#find(key);
    return (entry && this.#followers.get(entry)) ?? [];
  }

  channels(app: string, prefix: string): OccupiedChannel[] {
    const occupied: OccupiedChannel[] = [];
    for (const { key, held, members } of this.#entries.get(app)?.values() ?? []) {
      if (key.kind !== "channel" || !held || !key.channel.startsWith(prefix)) continue;
      const presence = key.channel.startsWith("presence-");
      occupied.push({ channel: key.channel, userCount: presence ? members.size : undefined });
    }
    return occupied;
  }

  channel(app: string, channel: string): { occupied: boolean; userCount: number } {
    const entry = this.#find({ kind: "channel", app, channel });
    return { occupied: entry?.held ?? false, userCount: entry?.members.size ?? 0 };
  }

  /** @see Roster */
  count(node: NodeId, app: string, channel: string, own: number): Tally {
    const entry = this.#find({ kind: "channel", app, channel });
    if (!entry?.holders.has(node)) return { count: own + sum(entry?.holders.values() ?? []), kept: false };
    entry.holders.set(node, own);
    return { count: sum(entry.holders.values()), kept: true };
  }

  members(app: string, channel: string): ReadonlyMap<string, string | undefined> {
    return this.#find({ kind: "channel", app, channel })?.members ?? nobody;
  }

  clear(): void {
    this.#entries.clear();
    this.#followers.clear();
  }

  #announce(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  #find(key: Key): Entry | undefined {
    return this.#entries.get(key.app)?.get(nameOf(key));
  }

  #entry(key: Key): Entry {
    let app = this.#entries.get(key.app);
    if (!app) {
      app = new Map();
      this.#entries.set(key.app, app);
    }
    let entry = app.get(nameOf(key));
    if (!entry) {
      entry = newEntry(key);
      app.set(nameOf(key), entry);
    }
    return entry;
  }

  #forgetIfUnused(entry: Entry): void {
    if (entry.held || entry.present.size > 0 || this.#followers.has(entry)) return;
    this.#entries.get(entry.key.app)?.delete(nameOf(entry.key));
  }
}

/** Members live in the entry of their channel. */
function newEntry(key: Key): Entry {
  const holders = new Map<NodeId, number>();
  return {
    key: key.kind === "member" ? { kind: "channel", app: key.app, channel: key.channel } : key,
    holders,
    present: new Map(),
    members: new Map(),
    get held() {
      return holders.size > 0;
    },
  };
}

/** @returns whether nobody holds the member any more */
function leaves({ present, members }: Entry, userId: string, node: NodeId): boolean {
  const member = present.get(userId);
  if (!member?.holders.delete(node) || member.holders.size > 0) return false;
  present.delete(userId);
  return members.delete(userId);
}

/** @returns whether nobody holds the key any more */
function vacates({ holders }: Entry, node: NodeId): boolean {
  return holders.delete(node) && holders.size === 0;
}

function sum(numbers: Iterable<number>): number {
  let all = 0;
  for (const number of numbers) all += number;
  return all;
}

function nameOf(key: Key): string {
  return key.kind === "user" ? `user ${key.userId}` : `channel ${key.channel}`;
}
