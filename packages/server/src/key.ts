/**
 * Something that has holders: the one question behind occupied and vacated, added and removed, online and offline.
 * Whoever asks it names apps by their ids, since a key travels between nodes.
 */
export type Key =
  | { readonly kind: "channel"; readonly app: string; readonly channel: string }
  | { readonly kind: "member"; readonly app: string; readonly channel: string; readonly userId: string }
  | { readonly kind: "user"; readonly app: string; readonly userId: string };

/**
 * First or last holder of a key on this node; or a holder that changed what it says of itself; or, where the app wants to know
 * how many there are, one more or one less of several holders of a channel.
 */
export interface Edge {
  readonly kind: "first" | "last" | "info" | "count";
  readonly key: Key;
  /** The member's user_info as JSON text; on `first` and `info` of a member, where there is one. */
  readonly info?: string | undefined;
  /** Whether others on this node had been told of the member; on `last` of a member. */
  readonly shown?: boolean;
}

/** Where an event goes. */
export type Target = { readonly channel: string } | { readonly user: string };

/** A node of the cluster, in one life of its process: what holds keys. */
export type NodeId = string;
