import type { Cancel, Clock } from "../clock.ts";

interface Span {
  readonly cancel: Cancel;
  readonly over: (() => void) | undefined;
}

/** Spans of time, all of one length, each begun for a key. A span that is over leaves nothing behind. */
export class Spans {
  readonly #clock: Clock;
  readonly #ms: number;
  readonly #running = new Map<string, Span>();

  constructor(clock: Clock, ms: number) {
    this.#clock = clock;
    this.#ms = ms;
  }

  /**
   * Begins a span, unless one is running for the key, which then goes on as it was.
   *
   * @param over done when the span is over, unless it is broken off before
   * @returns whether it has begun
   */
  begin(key: string, over?: () => void): boolean {
    if (this.#running.has(key)) return false;
    const cancel = this.#clock.after(this.#ms, () => {
      this.#running.delete(key);
      over?.();
    });
    this.#running.set(key, { cancel, over });
    return true;
  }

  /** Breaks off the span of the key. @returns whether one was running */
  breakOff(key: string): boolean {
    this.#running.get(key)?.cancel();
    return this.#running.delete(key);
  }

  /** Ends every span now. */
  end(): void {
    const running = [...this.#running.values()];
    this.#running.clear();
    for (const span of running) {
      span.cancel();
      span.over?.();
    }
  }
}
