import { ProtocolError } from "./errors.ts";
import { isRecord, parseJson, writeJson } from "./json.ts";
import { isUserId, type UserData } from "./user.ts";

/** A user as it appears in a presence channel. */
export interface Member {
  readonly userId: string;
  /** The `user_info` as JSON text, or `undefined` where the app server gave none. */
  readonly info: string | undefined;
}

/**
 * Reads the `channel_data` of a presence subscription, after its signature has been verified over the same string.
 * A numeric `user_id` is the same member as its decimal string; one too large to be read exactly is refused, lest two users be one.
 *
 * @see docs/protocol.md, 2.4
 * @throws ProtocolError `unauthorized`, with the member that is wrong
 */
export function parseMember(text: string): Member {
  const value = parseJson(text);
  if (!isRecord(value)) throw new ProtocolError("unauthorized", "channel_data is not a JSON object");
  const userId = Number.isSafeInteger(value["user_id"]) ? String(value["user_id"]) : value["user_id"];
  if (!isUserId(userId)) throw new ProtocolError("unauthorized", "channel_data.user_id is missing or not a user id");
  return { userId, info: infoText(value["user_info"]) };
}

/**
 * The member that a signed-in user is in a presence channel where the app server said nothing else.
 *
 * @throws ProtocolError `unauthorized`, as parseMember does
 */
export function memberOf(user: UserData): Member {
  return { userId: user.id, info: infoText(user.user_info) };
}

function infoText(info: unknown): string | undefined {
  if (info === undefined) return undefined;
  const text = writeJson(info);
  if (text === undefined) throw new ProtocolError("unauthorized", "user_info is nested too deeply");
  return text;
}
