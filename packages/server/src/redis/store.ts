import type { Script } from "./script.ts";

/** What the nodes of a cluster share, as far as they need it: scripts that run as one step, and topics. */
export interface Store {
  /**
   * Runs a script on the keys of one bucket.
   *
   * @param key names the bucket; the others are the script's own business
   * @throws ClusterAway if the store did not answer: it may have run the script all the same
   * @throws Error with the store's own sentence, if it refused
   */
  run(script: Script, key: string, args: readonly (string | number)[]): Promise<unknown>;
  /** Resolves when the store has passed it on. @throws ClusterAway */
  publish(topic: string, message: string): Promise<void>;
  /** Resolves when every message of the topic arrives; a topic has one listener. @throws ClusterAway: then nothing is subscribed */
  subscribe(topic: string, listener: (message: string) => void): Promise<void>;
  /** At once, as far as the listener knows. Never rejects. */
  unsubscribe(topic: string): Promise<void>;
  /**
   * Something may have been missed: the store was away for those who listen, and is there again, with every topic.
   *
   * @param listener told for how long it may have been; milliseconds
   */
  onResumed(listener: (away: number) => void): void;
  /** Makes sure that what is listened to is still heard: a line that is dead without a word is opened again. Never rejects. */
  checkListening(): Promise<void>;
  close(): Promise<void>;
}
