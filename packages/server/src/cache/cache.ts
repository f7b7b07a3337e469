/** The last event of a cache channel. */
export interface Remembered {
  /** The frame as it was sent to those who were there. */
  readonly frame: string;
  /** When it is forgotten, in milliseconds since the Unix epoch. */
  readonly until: number;
}

/**
 * What cache channels remember, whether anybody is in them or not.
 *
 * @see docs/protocol.md, 2.5
 */
export interface Cache {
  /**
   * Puts the frame in the place of the channel's last one.
   *
   * @param seconds how long it is kept
   * @returns what is to be waited for until every node recalls it; nothing where there is nothing to wait for
   */
  remember(app: string, channel: string, frame: string, seconds: number): Promise<void> | undefined;
  /** The last event of the channel, or `undefined` if there was none, its time is over, or nobody can be asked for it now. */
  recall(app: string, channel: string): Promise<Remembered | undefined>;
  /** Another node has sent its subscribers this frame, and has it remembered: who is recalling the channel's last one gets it. */
  heard(app: string, channel: string, frame: string, seconds: number): void;
}
