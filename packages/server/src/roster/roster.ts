import type { Key, NodeId } from "../key.ts";

export interface HoldOptions {
  /** The member's user_info as JSON text. */
  readonly info?: string | undefined;
  /** Members that the channel may have; 0 for no limit. */
  readonly limit?: number;
}

/** What happened to a key in the whole cluster. The only source of announcements. */
export interface Change {
  readonly key: Key;
  readonly kind: "added" | "removed" | "info";
  readonly info?: string | undefined;
  /** Begins anew when the store lost its data. */
  readonly epoch: number;
  /** Grows by one with each change of the key within an epoch. */
  readonly version: number;
}

/** This node's copy of a key that it follows: a snapshot, and every change since. */
export interface Replica {
  readonly epoch: number;
  readonly version: number;
  /** Whether anybody holds the key; of channels and users. */
  readonly held: boolean;
  /** Of a presence channel: user id -> user_info as JSON text. */
  readonly members: ReadonlyMap<string, string | undefined>;
}

/** One channel that somebody in the cluster is in. */
export interface OccupiedChannel {
  readonly channel: string;
  /** Distinct users; of presence channels only. */
  readonly userCount: number | undefined;
}

/**
 * Who holds a key in the whole cluster. The holder is the node, so a busy channel costs the shared store nothing.
 * Holds and releases of one key are applied in the order in which they were made. A hold of a held key changes its info only;
 * a release of what is not held changes nothing.
 */
export interface Roster {
  /** `full` if it would be one more member than the limit: then nothing is held. A member that is present is never refused. */
  hold(key: Key, options?: HoldOptions): Promise<"held" | "full">;
  release(key: Key): Promise<void>;
  /** The nodes that hold the key. */
  holders(key: Key): Promise<NodeId[]>;
  /** From now on this node keeps a copy of the key. Following again gives the same replica. */
  follow(key: Key): Promise<Replica>;
  unfollow(key: Key): Promise<void>;
  /** THE feed. Every change of the keys that this node holds or follows, once each, in the order of their versions. */
  changes(listener: (change: Change) => void): void;
  /** The occupied channels of an app whose names begin with the prefix. */
  channels(app: string, prefix: string): Promise<OccupiedChannel[]>;
  /** The members of a presence channel, whether this node follows it or not. */
  members(app: string, channel: string): Promise<ReadonlyMap<string, string | undefined>>;
  /** Gives back everything that this node held. */
  close(): Promise<void>;
}
