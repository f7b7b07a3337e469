import { parseChannel } from "@usher/protocol";
import type { Topic } from "./broker/broker.ts";
import type { Key } from "./key.ts";
import type { HoldOptions } from "./roster/roster.ts";

/** One key, as the hub wants it to be and as the roster was last told. */
export interface Claim {
  readonly key: Key;
  /** As the hub wants it held; `undefined` for not. */
  wanted: HoldOptions | undefined;
  /** As the roster holds it for this node; `undefined` for not. */
  told: HoldOptions | undefined;
  /** Whether the roster has refused what is wanted. */
  full: boolean;
  /** Whether the roster has said that it is held, and not since that it is not. */
  confirmed: boolean;
  /** Whether that was before this node joined the cluster anew. */
  again: boolean;
  /** Whether the roster could not be told when it was last tried. */
  late: boolean;
  /** Set while the roster is being told. */
  work: Promise<void> | undefined;
}

/** What the roster holds while it is being told, and when it did not answer: it may have heard all the same. */
export const unknown: HoldOptions = Object.freeze({});

/** A claim of which nothing is wanted, and nothing was told. */
export function newClaim(key: Key): Claim {
  return {
    key,
    wanted: undefined,
    told: undefined,
    full: false,
    confirmed: false,
    again: false,
    late: false,
    work: undefined,
  };
}

/** Whether the roster is to be told something. */
export function isBehind({ wanted, told, full }: Claim): boolean {
  return wanted !== told && !full;
}

/** Where this node must listen for as long as it holds the key. Members are heard on their channel. */
export function topicOf(key: Key): Topic | undefined {
  switch (key.kind) {
    case "channel":
      return { app: key.app, to: { channel: key.channel } };
    case "user":
      return { app: key.app, to: { user: key.userId } };
    case "member":
      return undefined;
  }
}

/** Whether the members behind the key are to be known here for as long as it is held. */
export function isPresence(key: Key): boolean {
  return key.kind === "channel" && parseChannel(key.channel, Number.POSITIVE_INFINITY)?.kind === "presence";
}

/** Different for different keys: ids of apps and names of channels hold no space. */
export function nameOf(key: Key): string {
  switch (key.kind) {
    case "channel":
      return `channel ${key.app} ${key.channel}`;
    case "member":
      return `member ${key.app} ${key.channel} ${key.userId}`;
    case "user":
      return `user ${key.app} ${key.userId}`;
  }
}
