import type { AppKey } from "@usher/credentials";
import { type Channel, parseChannel } from "@usher/protocol";

/** A tenant: its keys and what its clients and app servers may do. Frozen; a change is a new App. */
export interface App {
  readonly id: string;
  /** Newest first. Any of them verifies. */
  readonly keys: readonly AppKey[];
  readonly enabled: boolean;
  readonly limits: AppLimits;
}

/** Lengths in characters, sizes in UTF-8 bytes, 0 for no limit. */
export interface AppLimits {
  readonly eventBytes: number;
  readonly eventNameLength: number;
  readonly channelNameLength: number;
  readonly channelsPerEvent: number;
  readonly eventsPerBatch: number;
  readonly presenceMembers: number;
  readonly memberBytes: number;
}

/** What the name of a channel says, or `undefined` if no channel of the app may have it. */
export function channelOf({ limits }: App, name: string): Channel | undefined {
  return parseChannel(name, limits.channelNameLength || Number.POSITIVE_INFINITY);
}

/** Whether the value is over a limit, of which 0 is none. */
export function exceeds(value: number, limit: number): boolean {
  return limit > 0 && value > limit;
}
