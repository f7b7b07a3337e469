import { limits, userChannel } from "@usher/protocol";
import { checkEventName, checkSocketId, checkUserId, namedChannel } from "./names.ts";

/** What may go with an event. */
export interface TriggerParams {
  /** The connection that shall not get the event: the one that caused it. */
  readonly socket_id?: string | undefined;
  /** What the answer shall tell of the channels: `user_count`, `subscription_count` or both, with a comma between. */
  readonly info?: string | undefined;
}

/** One event of a batch. */
export interface BatchEvent extends TriggerParams {
  readonly channel: string;
  readonly name: string;
  /** A string is sent as it is, any other value as JSON. */
  readonly data: unknown;
}

/** The body of `POST /events` for an event on channels (protocol 6.3). */
export function channelEvent(
  channels: string | readonly string[],
  event: string,
  data: unknown,
  params: TriggerParams | undefined,
): object {
  if (params?.socket_id) checkSocketId(params.socket_id);
  const names: readonly unknown[] = Array.isArray(channels) ? channels : [channels];
  checkEventName(event);
  if (names.length > limits.channelsPerEvent) {
    throw new Error(`Can't trigger a message to more than ${limits.channelsPerEvent} channels`);
  }
  const encrypted = names.map(namedChannel).some((channel) => channel.encrypted);
  if (encrypted && names.length > 1) {
    throw new Error("You cannot trigger to multiple channels when using encrypted channels");
  }
  if (encrypted) throw keyMissing();
  return { name: event, data: asText(data), channels: names, ...params };
}

/** The body of `POST /events` for an event to all connections of a user. */
export function userEvent(userId: string, event: string, data: unknown): object {
  checkEventName(event);
  checkUserId(userId);
  return { name: event, data: asText(data), channels: [userChannel(userId)] };
}

/** The body of `POST /batch_events` (protocol 6.4). As in the `pusher` package, names are left for the server to check. */
export function eventBatch(batch: readonly BatchEvent[]): object {
  if (batch.some(({ channel }) => channel.startsWith("private-encrypted-"))) throw keyMissing();
  return { batch: batch.map((event) => ({ ...event, data: asText(event.data) })) };
}

function asText(data: unknown): string {
  return typeof data === "string" ? data : JSON.stringify(data);
}

// Whoever names a channel so expects that nobody can read along: rather no event than one in plain text.
function keyMissing(): Error {
  return new Error("Set encryptionMasterKey before triggering events on encrypted channels");
}
