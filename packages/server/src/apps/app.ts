import type { AppKey } from "@usher/credentials";
import { type Channel, parseChannel } from "@usher/protocol";

/** A tenant: its keys and what its clients and app servers may do. Frozen; a change is a new App. */
export interface App {
  readonly id: string;
  /** Newest first. Any of them verifies. */
  readonly keys: readonly AppKey[];
  readonly enabled: boolean;
  /** Whether clients may send events to each other. */
  readonly clientEvents: boolean;
  /** Whether subscribers, webhooks and the API are told how many subscriptions a channel has. */
  readonly subscriptionCount: boolean;
  readonly users: UserSettings;
  readonly cache: { readonly ttlSeconds: number };
  readonly limits: AppLimits;
  readonly webhooks: readonly Webhook[];
}

export interface UserSettings {
  /** Whether a connection must sign in, or enter a private or presence channel, within the timeout. */
  readonly required: boolean;
  readonly timeoutSeconds: number;
  /** Whether users may watch others come and go. */
  readonly watchlist: boolean;
  /** Ids of a watchlist that are watched; 0 for all. */
  readonly watchlistLimit: number;
}

/** Lengths in characters, sizes in UTF-8 bytes, 0 for no limit. */
export interface AppLimits {
  readonly connections: number;
  readonly subscriptionsPerConnection: number;
  readonly eventBytes: number;
  readonly eventNameLength: number;
  readonly channelNameLength: number;
  readonly channelsPerEvent: number;
  readonly eventsPerBatch: number;
  readonly presenceMembers: number;
  readonly memberBytes: number;
  /** Of one connection. */
  readonly clientEventsPerSecond: number;
  /** By the API; an event to several channels counts for each. */
  readonly eventsPerSecond: number;
  readonly readsPerSecond: number;
}

/** What a webhook may tell of. */
export const webhookEvents = [
  "channel_occupied",
  "channel_vacated",
  "member_added",
  "member_removed",
  "client_event",
  "cache_miss",
  "subscription_count",
] as const;

/** An endpoint of the app's backend, and of what it wants to hear. */
export interface Webhook {
  readonly url: string;
  readonly events: readonly (typeof webhookEvents)[number][];
  /** Only of channels whose names begin so. */
  readonly prefix: string;
  /** Only of channels whose names end so. */
  readonly suffix: string;
  /** Sent along with every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether one request may carry several events. */
  readonly batch: boolean;
}

/** What the name of a channel says, or `undefined` if no channel of the app may have it. */
export function channelOf({ limits }: App, name: string): Channel | undefined {
  return parseChannel(name, limits.channelNameLength || Number.POSITIVE_INFINITY);
}

/** Why no channel of the app may have the name. */
export function noSuchName({ limits }: App, name: string): string {
  const most = limits.channelNameLength;
  const isTooLong = exceeds(name.length, most);
  const why = isTooLong ? `it has ${name.length} characters of ${most}` : "a name is letters, digits and _ - = @ , . ;";
  return `No channel can have the name ${quote(name)}: ${why}`;
}

/** The name as it stands in a sentence. */
export function quote(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}

/** Whether the value is over a limit, of which 0 is none. */
export function exceeds(value: number, limit: number): boolean {
  return limit > 0 && value > limit;
}
