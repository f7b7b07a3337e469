import { ProtocolError } from "./errors.ts";
import { isLargerThan, isRecord, parseJson } from "./json.ts";
import { limits, userIdLength } from "./limits.ts";

/** What an app server says of the user that signs in: the `user_data` of the protocol. Members it does not name are carried along unread. */
export interface UserData {
  readonly id: string;
  /** Shown to others in presence channels. Any JSON value. */
  readonly user_info?: unknown;
  /** Ids of the users whose coming and going this user wants to hear of. */
  readonly watchlist?: readonly string[];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: refusing control characters is the purpose
const unfitForIds = /[\u0000-\u001f\u007f]|\p{Surrogate}/u;

/**
 * Whether the value can be the id of a user: 1 to 128 characters, no control characters, and neither `.` nor `..`. Halves of a
 * surrogate pair are refused: in UTF-8 they all become the same character, and different users one.
 */
export function isUserId(value: unknown): value is string {
  if (typeof value !== "string" || value.length === 0 || value.length > userIdLength) return false;
  return value !== "." && value !== ".." && !unfitForIds.test(value);
}

/**
 * Reads the `user_data` of a sign-in, after its signature has been verified over the same string.
 *
 * @see docs/protocol.md, 4.1
 * @throws ProtocolError `unauthorized`, with the member that is wrong
 */
export function parseUserData(text: string): UserData {
  if (isLargerThan(text, limits.userDataBytes)) throw refusal(`user_data is larger than ${limits.userDataBytes} bytes`);
  const value = parseJson(text);
  if (!isRecord(value)) throw refusal("user_data is not a JSON object");
  const { id, watchlist } = value;
  if (!isUserId(id)) {
    throw refusal(`user_data.id must be a string of 1 to ${userIdLength} characters without control characters`);
  }
  if (watchlist !== undefined && !(Array.isArray(watchlist) && watchlist.every((entry) => typeof entry === "string"))) {
    throw refusal("user_data.watchlist must be an array of user ids");
  }
  return value as unknown as UserData;
}

function refusal(sentence: string): ProtocolError {
  return new ProtocolError("unauthorized", sentence);
}
