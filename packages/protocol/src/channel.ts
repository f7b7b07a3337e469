import { channelNameLength } from "./limits.ts";
import { isUserId } from "./user.ts";

/** Who may subscribe: anyone, whoever holds a signed string, a signed string with a member, or the signed-in user itself. */
export type ChannelKind = "public" | "private" | "presence" | "user";

/** What the name of a channel says about it. */
export interface Channel {
  readonly name: string;
  readonly kind: ChannelKind;
  /** The last event is kept for later subscribers. */
  readonly cache: boolean;
  /** Events are encrypted end to end; the server passes them on unread. */
  readonly encrypted: boolean;
  /** Only on kind `user`: whose connections the channel reaches. */
  readonly userId?: string;
}

/** The prefix of the channel that reaches all connections of one signed-in user. */
export const userChannelPrefix = "#server-to-user-";

// Greedy, so that the longest prefix decides; what is left may be empty.
const shape = /^(?:(private)-(encrypted-)?|(presence)-)?(cache-)?[A-Za-z0-9_\-=@,.;]*$/;

/**
 * Reads a channel name, by the anchored prefix table of the protocol.
 *
 * @see docs/protocol.md, 2.1
 * @param name the name as it came over the wire
 * @param maxLength characters that a name may have, its prefix included
 * @returns what the name says, or `undefined` if no channel may have it
 */
export function parseChannel(name: string, maxLength: number = channelNameLength): Channel | undefined {
  if (!name.startsWith(userChannelPrefix)) return parseOpenChannel(name, maxLength);
  const userId = name.slice(userChannelPrefix.length);
  return isUserId(userId) ? { name, kind: "user", cache: false, encrypted: false, userId } : undefined;
}

/** The same of a channel that can be subscribed to: not of a user's own. */
export function parseOpenChannel(name: string, maxLength: number = channelNameLength): Channel | undefined {
  if (name === "" || name.length > maxLength) return undefined;
  const parts = shape.exec(name);
  if (!parts) return undefined;
  const [, secret, encrypted, presence, cache] = parts;
  const kind = (secret ?? presence ?? "public") as ChannelKind;
  return { name, kind, cache: cache !== undefined, encrypted: encrypted !== undefined };
}

/** The name of the channel that reaches all connections of the user. */
export function userChannel(userId: string): string {
  return userChannelPrefix + userId;
}
