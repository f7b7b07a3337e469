import { limits, userChannel } from "@usher/protocol";
import { encryptData } from "./encryption.ts";
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

/** One event of a batch, where it is said which channels and events there are. */
export type BatchEventOf<E> = E extends { channels: infer Channels }
  ? unknown extends Channels
    ? BatchEvent
    : { [Name in keyof Channels & string]: EventOn<Name, Channels[Name]> }[keyof Channels & string]
  : BatchEvent;

type EventOn<Channel extends string, Events> = {
  [Name in keyof Events & string]: TriggerParams & {
    readonly channel: Channel;
    readonly name: Name;
    readonly data: Events[Name];
  };
}[keyof Events & string];

type MasterKey = Uint8Array | undefined;

/** The body of `POST /events` for an event on channels (protocol 6.3). */
export function channelEvent(
  channels: string | readonly string[],
  event: string,
  data: unknown,
  params: TriggerParams,
  masterKey: MasterKey,
): object {
  if (params.socket_id) checkSocketId(params.socket_id);
  const names = Array.isArray(channels) ? (channels as readonly string[]) : [channels as string];
  checkEventName(event);
  if (names.length > limits.channelsPerEvent) {
    throw new Error(`Can't trigger a message to more than ${limits.channelsPerEvent} channels`);
  }
  const encrypted = names.map(namedChannel).some((channel) => channel.encrypted);
  if (encrypted && names.length > 1) {
    throw new Error("You cannot trigger to multiple channels when using encrypted channels");
  }
  return { name: event, data: dataFor(names[0] ?? "", data, masterKey), channels: names, ...params };
}

/** The body of `POST /events` for an event to all connections of a user. */
export function userEvent(userId: string, event: string, data: unknown): object {
  checkEventName(event);
  checkUserId(userId);
  return { name: event, data: asText(data), channels: [userChannel(userId)] };
}

/** The events of a `POST /batch_events` (protocol 6.4). As in the `pusher` package, names are left for the server to check. */
export function batchEvents(batch: readonly BatchEvent[], masterKey: MasterKey): readonly object[] {
  return batch.map((event) => ({ ...event, data: dataFor(event.channel, event.data, masterKey) }));
}

function dataFor(channel: string, data: unknown, masterKey: MasterKey): string {
  if (!channel.startsWith("private-encrypted-")) return asText(data);
  // Whoever names a channel so expects that nobody can read along: rather no event than one in plain text.
  if (!masterKey) throw new Error("Set encryptionMasterKey before triggering events on encrypted channels");
  return encryptData(masterKey, channel, data);
}

function asText(data: unknown): string {
  return typeof data === "string" ? data : JSON.stringify(data);
}
