import type { Key } from "../key.ts";
import type { Change, HoldOptions, News, OccupiedChannel, Replica, Roster } from "./roster.ts";

interface Entry {
  readonly key: Key;
  held: boolean;
  readonly members: Map<string, string | undefined>;
}

const nobody: ReadonlyMap<string, string | undefined> = new Map();

/** The roster of a node that is alone: what this node holds is what the cluster holds, and its replicas are the thing itself. */
export class MemoryRoster implements Roster {
  readonly #node: string;
  /** By app, then by what the key names there. Entries of channels outlive vacancy only while they are followed. */
  readonly #entries = new Map<string, Map<string, Entry>>();
  readonly #followed = new Set<Entry>();
  readonly #listeners: ((change: Change) => void)[] = [];

  constructor(node: string) {
    this.#node = node;
  }

  async start(): Promise<void> {}

  async hold(key: Key, { info, limit = 0 }: HoldOptions = {}): Promise<"held" | "full"> {
    const entry = this.#entry(key);
    if (key.kind !== "member") {
      if (entry.held) return "held";
      entry.held = true;
      this.#announce({ key, kind: "added" });
      return "held";
    }
    const present = entry.members.has(key.userId);
    if (!present && limit > 0 && entry.members.size >= limit) return "full";
    if (present && entry.members.get(key.userId) === info) return "held";
    entry.members.set(key.userId, info);
    this.#announce({ key, kind: present ? "info" : "added", info });
    return "held";
  }

  async release(key: Key): Promise<void> {
    const entry = this.#entry(key);
    const removed = key.kind === "member" ? entry.members.delete(key.userId) : entry.held;
    if (key.kind !== "member") entry.held = false;
    if (removed) this.#announce({ key, kind: "removed" });
    this.#forgetIfUnused(entry);
  }

  async holders(key: Key): Promise<string[]> {
    const entry = this.#find(key);
    const held = key.kind === "member" ? entry?.members.has(key.userId) : entry?.held;
    return held ? [this.#node] : [];
  }

  async follow(key: Key): Promise<Replica> {
    const entry = this.#entry(key);
    this.#followed.add(entry);
    return entry;
  }

  async unfollow(key: Key): Promise<void> {
    const entry = this.#entry(key);
    this.#followed.delete(entry);
    this.#forgetIfUnused(entry);
  }

  changes(listener: (change: Change) => void): void {
    this.#listeners.push(listener);
  }

  news(listener: (news: News) => void): void {
    this.#listeners.push(listener);
  }

  rejoined(): void {} // what is held here is never lost

  async channel(app: string, channel: string): Promise<{ occupied: boolean; userCount: number }> {
    const entry = this.#find({ kind: "channel", app, channel });
    return { occupied: entry?.held ?? false, userCount: entry?.members.size ?? 0 };
  }

  async channels(app: string, prefix: string): Promise<OccupiedChannel[]> {
    const occupied: OccupiedChannel[] = [];
    for (const { key, held, members } of this.#entries.get(app)?.values() ?? []) {
      if (key.kind !== "channel" || !held || !key.channel.startsWith(prefix)) continue;
      const presence = key.channel.startsWith("presence-");
      occupied.push({ channel: key.channel, userCount: presence ? members.size : undefined });
    }
    return occupied;
  }

  async count(_app: string, _channel: string, own: number): Promise<number> {
    return own;
  }

  copy(app: string, channel: string): ReadonlyMap<string, string | undefined> | undefined {
    return this.#find({ kind: "channel", app, channel })?.members;
  }

  async members(app: string, channel: string): Promise<ReadonlyMap<string, string | undefined>> {
    return this.#find({ kind: "channel", app, channel })?.members ?? nobody;
  }

  async close(): Promise<void> {
    this.#entries.clear();
    this.#followed.clear();
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
      entry = { key: ownerOf(key), held: false, members: new Map() };
      app.set(nameOf(key), entry);
    }
    return entry;
  }

  #forgetIfUnused(entry: Entry): void {
    if (entry.held || entry.members.size > 0 || this.#followed.has(entry)) return;
    this.#entries.get(entry.key.app)?.delete(nameOf(entry.key));
  }
}

/** Members live in the entry of their channel, so that the channel's version orders their changes. */
function ownerOf(key: Key): Key {
  return key.kind === "member" ? { kind: "channel", app: key.app, channel: key.channel } : key;
}

function nameOf(key: Key): string {
  return key.kind === "user" ? `user ${key.userId}` : `channel ${key.channel}`;
}
