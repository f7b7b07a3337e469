import { atEndOfTurn, type Clock } from "../clock.ts";

/** For each thing that was sent last, the next ones gather for so long; milliseconds. Who comes alone does not wait. */
const gatherForEach = 0.5;
const gatherAtMost = 100;

/**
 * When to send what gathers for the store: at the end of the turn in which the first thing came, and not before what was sent last has
 * arrived. After many at once the next ones gather for a while, so that ten thousand who come back are some dozen round trips.
 */
export class Gatherer {
  readonly #clock: Clock;
  readonly #send: () => Promise<number>;
  #last = 0;
  #begun = false;
  #more = false;

  /** @param send sends what has gathered. Resolves, when it has arrived, with how much it was; never rejects */
  constructor(clock: Clock, send: () => Promise<number>) {
    this.#clock = clock;
    this.#send = send;
  }

  /** Something has come. */
  begin(): void {
    this.#more = true;
    if (this.#begun) return;
    this.#begun = true;
    const gatherFor = Math.min(gatherAtMost, Math.floor(this.#last * gatherForEach));
    const go = (): void => void this.#go();
    if (gatherFor === 0) atEndOfTurn(go);
    else this.#clock.after(gatherFor, go);
  }

  async #go(): Promise<void> {
    this.#more = false;
    this.#last = await this.#send();
    this.#begun = false;
    if (this.#more) this.begin();
  }
}
