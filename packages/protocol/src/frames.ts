import { ProtocolError, type Refused } from "./errors.ts";
import { isRecord, parseJson } from "./json.ts";
import type { Member } from "./member.ts";

/** What the server says of its own accord or in answer; events of the app are made by `encodeEvent`. */
export type ServerFrame =
  | { event: "pusher:connection_established"; data: { socket_id: string; activity_timeout: number } }
  | { event: "pusher:error"; channel?: string; data: { code: number | null; message: string; refused?: string } }
  | { event: "pusher:ping" | "pusher:pong"; data: Record<never, never> }
  | { event: "pusher:signin_success"; data: { user_data: string } }
  | { event: "pusher:subscription_error"; channel: string; data: SubscriptionErrorData }
  | { event: "pusher:cache_miss"; channel: string; data: Record<never, never> }
  | { event: "pusher_internal:subscription_succeeded"; channel: string; data: Record<never, never> }
  | { event: "pusher_internal:member_removed"; channel: string; data: { user_id: string } }
  | { event: "pusher_internal:subscription_count"; channel: string; data: { subscription_count: number } }
  | { event: "pusher_internal:watchlist_events"; data: { events: readonly WatchlistEvent[] } };

/** Why a subscription was refused; the shape that pusher-js gives to a failed request of its own. */
export interface SubscriptionErrorData {
  readonly type: "AuthError" | "LimitReached" | "InvalidChannel" | "InvalidRequest" | "ServerError";
  readonly error: string;
  readonly status: number;
  readonly code: number | null;
  readonly refused: "pusher:subscribe";
}

export interface WatchlistEvent {
  readonly name: "online" | "offline";
  readonly user_ids: readonly string[];
}

/** What a client says, after the framing has been checked: `data` is whatever it sent, still to be read by the one who answers. */
export interface ClientFrame {
  readonly event: string;
  readonly channel: string | undefined;
  readonly data: unknown;
}

/** What a client hears: `data` decoded where it was JSON text. */
export interface ReceivedFrame {
  readonly event: string;
  readonly channel?: string;
  readonly data?: unknown;
  readonly user_id?: string;
}

// The protocol sends `data` as a string that holds JSON, save in these frames.
const objectData: ReadonlySet<string> = new Set([
  "pusher:error",
  "pusher:ping",
  "pusher:pong",
  "pusher:subscription_error",
]);

/** The text of a frame of the server. */
export function encodeServerFrame(frame: ServerFrame): string {
  const data = objectData.has(frame.event) ? frame.data : JSON.stringify(frame.data);
  const channel = "channel" in frame ? frame.channel : undefined;
  return JSON.stringify({ event: frame.event, channel, data });
}

/**
 * The text of an event of the app, the same for every recipient.
 *
 * @param data the exact string that the publisher gave
 * @param userId on client events in presence channels: the member that sent it
 */
export function encodeEvent(event: string, channel: string, data: string, userId?: string): string {
  const sender = userId === undefined ? "" : `,"user_id":${JSON.stringify(userId)}`;
  return `{"event":${JSON.stringify(event)},"channel":${quote(channel)},"data":${JSON.stringify(data)}${sender}}`;
}

/** The name as JSON. Those of all channels but users' need no escaping, and to see that costs less than to escape nothing. */
function quote(channel: string): string {
  return /^[\w\-=@,.;]+$/.test(channel) ? `"${channel}"` : JSON.stringify(channel);
}

/**
 * The success of a presence subscription: everyone who is there, the subscriber included.
 *
 * @param members user id -> user_info as JSON text. The texts are joined, not parsed: no id, not even `__proto__`, becomes a member of an object.
 */
export function encodePresence(channel: string, members: ReadonlyMap<string, string | undefined>): string {
  const hash = Array.from(members, ([userId, info]) => `${JSON.stringify(userId)}:${info ?? "null"}`);
  const ids = JSON.stringify([...members.keys()]);
  const data = `{"presence":{"count":${members.size},"ids":${ids},"hash":{${hash.join(",")}}}}`;
  return encodeEvent("pusher_internal:subscription_succeeded", channel, data);
}

/** The coming of a user to a presence channel, for those who are there already. */
export function encodeMemberAdded(channel: string, { userId, info }: Member): string {
  const data = `{"user_id":${JSON.stringify(userId)}${info === undefined ? "" : `,"user_info":${info}`}}`;
  return encodeEvent("pusher_internal:member_added", channel, data);
}

/** The text of a frame of a client, its members in the order in which pusher-js writes them. */
export function encodeClientFrame(event: string, data: unknown, channel?: string): string {
  return JSON.stringify({ event, data, channel });
}

/**
 * Reads a frame from a client. A `data` that is a string of JSON is read too, in the protocol's own events: some clients encode it twice.
 *
 * @throws ProtocolError `malformed`
 */
export function decodeClientFrame(text: string): ClientFrame {
  const value = parseJson(text);
  if (!isRecord(value)) throw new ProtocolError("malformed", "A frame must be a JSON object");
  const { event, channel, data } = value;
  if (typeof event !== "string" || event === "") {
    throw new ProtocolError("malformed", "A frame must have an event, a string that is not empty");
  }
  if (channel !== undefined && typeof channel !== "string") {
    throw new ProtocolError("malformed", "The channel of a frame must be a string");
  }
  const encodedTwice = event.startsWith("pusher:") && typeof data === "string";
  return { event, channel, data: encodedTwice ? parseJson(data) : data };
}

/**
 * Reads a frame from the server. A `data` that is a string of JSON is decoded once; any other string stays as it is.
 *
 * @throws SyntaxError if the text is not JSON, TypeError if it is not a frame
 */
export function decodeServerFrame(text: string): ReceivedFrame {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value) || typeof value["event"] !== "string")
    throw new TypeError("A frame must be an object with an event");
  const { event, channel, data, user_id } = value;
  const frame: { -readonly [K in keyof ReceivedFrame]: ReceivedFrame[K] } = { event };
  if (typeof channel === "string") frame.channel = channel;
  if (data !== undefined) frame.data = decodeData(data);
  if (typeof user_id === "string" && user_id !== "") frame.user_id = user_id;
  return frame;
}

function decodeData(data: unknown): unknown {
  if (typeof data !== "string") return data;
  const value = parseJson(data);
  return value === undefined ? data : value;
}

/**
 * The frame that tells a client of a refusal. One of a subscription goes to its channel; every other one is a `pusher:error`.
 *
 * @see docs/protocol.md, 1.3 and 2.3
 */
export function refusalFrame(error: ProtocolError, refused?: Refused): ServerFrame {
  const { code, message } = error;
  if (refused?.event === "pusher:subscribe" && refused.channel !== undefined) {
    return {
      event: "pusher:subscription_error",
      channel: refused.channel,
      data: { ...subscriptionFault(error), error: message, code, refused: "pusher:subscribe" },
    };
  }
  const channel = refused?.channel === undefined ? {} : { channel: refused.channel };
  return { event: "pusher:error", ...channel, data: { code, message, ...(refused && { refused: refused.event }) } };
}

function subscriptionFault(error: ProtocolError): Pick<SubscriptionErrorData, "type" | "status"> {
  switch (error.reason) {
    case "unauthorized":
      return { type: "AuthError", status: 401 };
    case "overCapacity":
      return { type: "LimitReached", status: 403 };
    case "internal":
      return { type: "ServerError", status: 500 };
    case "invalidChannel":
      return { type: "InvalidChannel", status: 400 };
    default:
      return { type: "InvalidRequest", status: 400 };
  }
}
