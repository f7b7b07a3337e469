import type { EventMessage, TerminateMessage } from "../broker/broker.ts";
import type { Remembered } from "../cache/cache.ts";
import type { Key, NodeId } from "../key.ts";
import type { Change, HoldOptions, OccupiedChannel, Tally } from "../roster/roster.ts";
import type { WebhookEvent } from "../webhooks/event.ts";

/** A channel's members as they go over a line: a pair for each, without the info where there is none. */
export type MemberList = readonly (readonly [userId: string, info?: string])[];

/** What a worker asks the parent: the words, and what is answered to each. */
export interface Questions {
  hold(key: Key, options: HoldOptions): "held" | "full";
  release(key: Key): null;
  holders(key: Key): NodeId[];
  follow(key: Key): { held: boolean; members: MemberList };
  unfollow(key: Key): null;
  channels(app: string, prefix: string): OccupiedChannel[];
  channel(app: string, channel: string): { occupied: boolean; userCount: number };
  count(app: string, channel: string, own: number): Tally;
  members(app: string, channel: string): MemberList;
  listen(topic: string): null;
  unlisten(topic: string): null;
  publish(topic: string, message: EventMessage): null;
  terminate(
    of: readonly NodeId[],
    message: TerminateMessage,
    ms: number,
  ): Promise<{ node: NodeId; connections: number }[]>;
  remember(app: string, channel: string, frame: string, seconds: number): null;
  recall(app: string, channel: string): Remembered | null;
}

/** What a worker says without an answer. */
export interface Remarks {
  webhook(app: string, event: WebhookEvent): void;
  answer(question: number, connections: number): void;
}

/** What the parent says to a worker. */
export interface Orders {
  change(change: Change): void;
  event(message: EventMessage): void;
  terminate(question: number, message: TerminateMessage): void;
}

/** One process's end of a line between a worker and its parent: what is said arrives, in its order, for as long as both live. */
export interface Line {
  say(message: object): void;
  hear(listener: (message: object) => void): void;
}
