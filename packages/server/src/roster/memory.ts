import type { Key } from "../key.ts";
import { Ledger } from "./ledger.ts";
import type { Change, HoldOptions, News, OccupiedChannel, Replica, Roster, Tally } from "./roster.ts";

/** The roster of a node that is alone: what this node holds is what the cluster holds, and its replicas are the thing itself. */
export class MemoryRoster implements Roster {
  readonly shared: boolean = false;
  readonly #node: string;
  readonly #ledger = new Ledger();

  constructor(node: string) {
    this.#node = node;
  }

  async start(): Promise<void> {}

  async hold(key: Key, options?: HoldOptions): Promise<"held" | "full"> {
    return this.#ledger.hold(this.#node, key, options);
  }

  async release(key: Key): Promise<void> {
    this.#ledger.release(this.#node, key);
  }

  async holders(key: Key): Promise<string[]> {
    return this.#ledger.holders(key);
  }

  async follow(key: Key): Promise<Replica> {
    return this.#ledger.follow(this.#node, key);
  }

  async unfollow(key: Key): Promise<void> {
    this.#ledger.unfollow(this.#node, key);
  }

  changes(listener: (change: Change) => void): void {
    this.#ledger.changes(listener);
  }

  news(listener: (news: News) => void): void {
    this.#ledger.changes(listener);
  }

  rejoined(): void {} // what is held here is never lost

  async channels(app: string, prefix: string): Promise<OccupiedChannel[]> {
    return this.#ledger.channels(app, prefix);
  }

  async channel(app: string, channel: string): Promise<{ occupied: boolean; userCount: number }> {
    return this.#ledger.channel(app, channel);
  }

  async count(app: string, channel: string, own: number): Promise<Tally> {
    return this.#ledger.count(this.#node, app, channel, own);
  }

  copy(app: string, channel: string): ReadonlyMap<string, string | undefined> | undefined {
    return this.#ledger.members(app, channel);
  }

  async members(app: string, channel: string): Promise<ReadonlyMap<string, string | undefined>> {
    return this.#ledger.members(app, channel);
  }

  async close(): Promise<void> {
    this.#ledger.clear();
  }
}
