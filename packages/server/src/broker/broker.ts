import type { NodeId, Target } from "../key.ts";

/** An event for those who listen to a channel or a user. */
export interface EventMessage {
  readonly kind: "event";
  readonly app: string;
  readonly to: Target;
  readonly frame: string;
  /** The socket that does not get it. */
  readonly except?: string | undefined;
  /** For how many seconds later subscribers get it, too. */
  readonly keptSeconds?: number | undefined;
}

/** A user's connections are to be ended. */
export interface TerminateMessage {
  readonly kind: "terminate";
  readonly app: string;
  readonly userId: string;
  /** How long it is since it was said, in milliseconds, if this node learns of it too late. */
  readonly ago?: number | undefined;
}

/** What a node does with the messages of the others, one after the other, in the order in which each of them sent its own. */
export interface Receiver {
  event(message: EventMessage): void;
  /** @returns how many connections were ended */
  terminate(message: TerminateMessage): Promise<number>;
  /** This node was cut off for so long that it cannot learn what the others have said meanwhile. */
  outdated(): void;
}

/** What a node answers to a `terminate`: how many connections it closed. */
export interface Answer {
  readonly node: NodeId;
  readonly connections: number;
}

/** Where events for an app's channel or user are heard. */
export interface Topic {
  readonly app: string;
  readonly to: Target;
}

/**
 * Carries messages to the OTHER nodes; never delivers to the node that publishes, which has served its own sockets already.
 * Delivery is at most once. The order is kept for one sender and topic.
 */
export interface Broker {
  readonly node: NodeId;
  /** Called once, before anything else. Resolves whether the others can be reached or not. */
  start(receiver: Receiver): Promise<void>;
  /** This node has its first subscriber of the topic: from the moment this resolves, its messages arrive. Rejects if they cannot. */
  follow(topic: Topic): Promise<void>;
  /** This node has lost its last subscriber of the topic. */
  unfollow(topic: Topic): Promise<void>;
  /** Resolves when the message is on its way; rejects if it could not reach the others. Nothing where there are none to wait for. */
  publish(message: EventMessage): Promise<void> | undefined;
  /** Writes down what a node that is cut off now is to learn when it is back. Rejects if it could not be. */
  record(message: TerminateMessage): Promise<void>;
  /**
   * Tells every other node, and collects what the named ones answer within `ms`; a node that does not is missing from the answers.
   * Rejects if the others could not be reached.
   */
  ask(nodes: readonly NodeId[], message: TerminateMessage, ms: number): Promise<Answer[]>;
  close(): Promise<void>;
}
