import type { Key, NodeId } from "../key.ts";

export interface HoldOptions {
  /** The member's user_info as JSON text. */
  readonly info?: string | undefined;
  /** Members that the channel may have; 0 for no limit. */
  readonly limit?: number;
  /** Whether this node held the key before it joined the cluster again: then it is no news to anybody. */
  readonly again?: boolean;
}

export interface ReleaseOptions {
  /** Whether this node held the key before it joined the cluster again, and has lost it since. */
  readonly again?: boolean;
}

/** What happened to a key in the whole cluster. The only source of announcements. */
export interface Change {
  readonly key: Key;
  readonly kind: "added" | "removed" | "info";
  readonly info?: string | undefined;
  /** Of a going: whether it is longer ago than anybody's grace. */
  readonly late?: boolean;
}

/** A change that the app's backend is to be told of by this node. */
export interface News extends Pick<Change, "key" | "kind"> {
  /** By which a backend knows what it has been told already; only if the cluster keeps the news until they are settled. */
  readonly id?: string;
  /** The backend has been told, or will not be any more. */
  readonly settled?: () => void;
}

/** This node's copy of a key that it follows: a snapshot, and every change since. */
export interface Replica {
  /** Whether anybody holds the key; of channels and users. */
  readonly held: boolean;
  /** Of a presence channel: user id -> user_info as JSON text. */
  readonly members: ReadonlyMap<string, string | undefined>;
}

/** How many subscriptions a channel has in the whole cluster. */
export interface Tally {
  readonly count: number;
  /** Whether what this node has stays in it, as it does for as long as the node holds the channel. */
  readonly kept: boolean;
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
 *
 * Whatever asks the cluster rejects when the cluster cannot be asked; a hold or release may have been applied all the same.
 */
export interface Roster {
  /** Whether there are other nodes, or may be at any time. */
  readonly shared: boolean;
  /** Joins the cluster. Resolves after the first attempt, whatever came of it. */
  start(): Promise<void>;
  /**
   * `full` if it would be one more member than the limit: then nothing is held. A member that is present is never refused.
   * Resolves when this node has heard of it, if it follows the key.
   */
  hold(key: Key, options?: HoldOptions): Promise<"held" | "full">;
  release(key: Key, options?: ReleaseOptions): Promise<void>;
  /** The nodes that hold the key. */
  holders(key: Key): Promise<NodeId[]>;
  /**
   * From now on this node keeps a copy of the key. Following again gives the same replica.
   *
   * @param late whether those who are there already are announced, too: this node could not ask before
   */
  follow(key: Key, late?: boolean): Promise<Replica>;
  unfollow(key: Key): Promise<void>;
  /** THE feed. Every change of the keys that this node follows, once each, in the order in which they were made. */
  changes(listener: (change: Change) => void): void;
  /**
   * Every change of a channel or a member in the whole cluster, to one node of it. Where the cluster keeps them they come when it is sure
   * of them, and again if the node that was told dies before it has settled them; else at once, and once.
   */
  news(listener: (news: News) => void): void;
  /** This node has joined the cluster anew: it holds nothing, and is to hold again what it should. @param listener resolves when it has */
  rejoined(listener: () => Promise<void>): void;
  /** The occupied channels of an app whose names begin with the prefix. */
  channels(app: string, prefix: string): Promise<OccupiedChannel[]>;
  /** Whether somebody is in the channel, and how many members it has. */
  channel(app: string, channel: string): Promise<{ readonly occupied: boolean; readonly userCount: number }>;
  /** Says how many subscriptions of the channel this node has. */
  count(app: string, channel: string, own: number): Promise<Tally>;
  /** The members of a presence channel as this node's copy of it has them; `undefined` if there is none. */
  copy(app: string, channel: string): ReadonlyMap<string, string | undefined> | undefined;
  /** The members of a presence channel, whether this node follows it or not. */
  members(app: string, channel: string): Promise<ReadonlyMap<string, string | undefined>>;
  /** Gives back everything that this node held. */
  close(): Promise<void>;
}
