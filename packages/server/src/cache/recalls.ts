import type { Remembered } from "./cache.ts";

/** A last event that is being asked for. */
interface Recall {
  /** What was sent to the channel meanwhile. */
  newest: Remembered | undefined;
}

/**
 * Last events that are being asked for elsewhere. What is sent to a channel while the answer is on its way is newer than the answer: whoever
 * asks will receive what is sent from then on, and would otherwise miss what was sent just before.
 */
export class Recalls {
  readonly #recalls = new Map<string, Set<Recall>>();

  /** @returns what was sent last: the answer, unless something was sent meanwhile */
  async ask(name: string, answer: Promise<Remembered | undefined>): Promise<Remembered | undefined> {
    const recall: Recall = { newest: undefined };
    const others = this.#recalls.get(name);
    if (others) others.add(recall);
    else this.#recalls.set(name, new Set([recall]));
    try {
      const answered = await answer;
      return recall.newest ?? answered;
    } finally {
      const all = this.#recalls.get(name);
      all?.delete(recall);
      if (all?.size === 0) this.#recalls.delete(name);
    }
  }

  /** A frame was sent to the channel, and is remembered. */
  sent(name: string, remembered: Remembered): void {
    for (const recall of this.#recalls.get(name) ?? []) recall.newest = remembered;
  }
}
