import type { NodeId, Target } from "../key.ts";

/** What one node says to the others. */
export type BrokerMessage =
  | {
      readonly kind: "event";
      readonly app: string;
      readonly to: Target;
      readonly frame: string;
      readonly except?: string | undefined;
    }
  | { readonly kind: "terminate"; readonly app: string; readonly userId: string };

/** What a node answers to a `terminate`: how many connections it closed. */
interface Answer {
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
  /** Called once, before anything else. @param receive is called for each message of another node, one after the other */
  start(receive: (message: BrokerMessage) => void): Promise<void>;
  /** This node has its first subscriber of the topic: from the moment this resolves, its messages arrive. */
  follow(topic: Topic): Promise<void>;
  /** This node has lost its last subscriber of the topic. */
  unfollow(topic: Topic): Promise<void>;
  /** Resolves when the message is on its way; rejects if it could not reach the others. Nothing where there are none to wait for. */
  publish(message: BrokerMessage): Promise<void> | undefined;
  /** Asks the named nodes and collects what they answer within `ms`; a node that does not is missing from the answers. */
  ask(nodes: readonly NodeId[], message: BrokerMessage, ms: number): Promise<Answer[]>;
  close(): Promise<void>;
}
