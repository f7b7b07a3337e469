import { limits } from "./limits.ts";
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

// Longer prefixes stand before those they contain: the first that fits decides.
const prefixes = [
  ["private-encrypted-cache-", { kind: "private", cache: true, encrypted: true }],
  ["private-encrypted-", { kind: "private", cache: false, encrypted: true }],
  ["private-cache-", { kind: "private", cache: true, encrypted: false }],
  ["private-", { kind: "private", cache: false, encrypted: false }],
  ["presence-cache-", { kind: "presence", cache: true, encrypted: false }],
  ["presence-", { kind: "presence", cache: false, encrypted: false }],
  ["cache-", { kind: "public", cache: true, encrypted: false }],
] as const satisfies readonly (readonly [string, Omit<Channel, "name">])[];

const plain = ["", { kind: "public", cache: false, encrypted: false }] as const;

const nameCharacters = /^[A-Za-z0-9_\-=@,.;]+$/;

/**
 * Reads a channel name, by the anchored prefix table of the protocol.
 *
 * @see docs/protocol.md, 2.1
 * @param name the name as it came over the wire
 * @param maxLength characters that a name may have, its prefix included
 * @returns what the name says, or `undefined` if no channel may have it
 */
export function parseChannel(name: string, maxLength: number = limits.channelNameLength): Channel | undefined {
  if (name.startsWith(userChannelPrefix)) {
    const userId = name.slice(userChannelPrefix.length);
    return isUserId(userId) ? { name, kind: "user", cache: false, encrypted: false, userId } : undefined;
  }
  if (name.length > maxLength || !nameCharacters.test(name)) return undefined;
  const [, { kind, cache, encrypted }] = prefixes.find(([prefix]) => name.startsWith(prefix)) ?? plain;
  return { name, kind, cache, encrypted };
}

/** The name of the channel that reaches all connections of the user. */
export function userChannel(userId: string): string {
  return userChannelPrefix + userId;
}
