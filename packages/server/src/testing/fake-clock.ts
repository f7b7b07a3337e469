import type { Clock } from "../clock.ts";

/** Time that passes when a test says so. */
export class FakeClock implements Clock {
  #now: number;
  readonly #timers = new Set<{ every: number; due: number; work: () => void }>();

  constructor(now: number = Date.now()) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  every(ms: number, work: () => void): () => void {
    const timer = { every: ms, due: this.#now + ms, work };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets time pass, doing on the way what falls due. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (!next) break;
      this.#now = next.due;
      next.due += next.every;
      next.work();
    }
    this.#now = end;
  }
}
