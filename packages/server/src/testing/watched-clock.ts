import type { Cancel } from "../clock.ts";
import { FakeClock } from "./fake-clock.ts";

/** A clock that says which waits have begun, so that a test lets time pass only when something waits for it. */
export class WatchedClock extends FakeClock {
  #begun: number[] = [];
  #watcher: { readonly ms: number; readonly resolve: () => void } | undefined;

  override after(ms: number, work: () => void): Cancel {
    const cancel = super.after(ms, work);
    this.#begun.push(ms);
    this.#look();
    return cancel;
  }

  /** Resolves when something has begun to wait for so long, after whatever a test has seen begin before. */
  begins(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#watcher = { ms, resolve };
      this.#look();
    });
  }

  /** Lets a wait of so long begin and pass. */
  async passes(ms: number): Promise<void> {
    await this.begins(ms);
    this.pass(ms);
  }

  #look(): void {
    const at = this.#watcher ? this.#begun.indexOf(this.#watcher.ms) : -1;
    if (at === -1) return;
    this.#begun = this.#begun.slice(at + 1);
    this.#watcher?.resolve();
    this.#watcher = undefined;
  }
}
