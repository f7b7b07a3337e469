import type { Cancel, Clock } from "../clock.ts";

interface Timer {
  due: number;
  /** `undefined` for one that goes off once. */
  readonly every: number | undefined;
  readonly work: () => void;
}

/** Time that passes when a test says so. */
export class FakeClock implements Clock {
  #now: number;
  readonly #timers = new Set<Timer>();

  constructor(now: number = Date.now()) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  every(ms: number, work: () => void): Cancel {
    return this.#start({ due: this.#now + ms, every: ms, work });
  }

  after(ms: number, work: () => void): Cancel {
    return this.#start({ due: this.#now + ms, every: undefined, work });
  }

  /** How many timers are running: nothing that was closed leaves one behind. */
  get timers(): number {
    return this.#timers.size;
  }

  /** Lets time pass, doing on the way what falls due, in the order in which it does. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const [next] = [...this.#timers].filter(({ due }) => due <= end).sort((a, b) => a.due - b.due);
      if (!next) break;
      this.#now = next.due;
      if (next.every === undefined) this.#timers.delete(next);
      else next.due += next.every;
      next.work();
    }
    this.#now = end;
  }

  /** The machine's clock is set back; timers go off when they would have. */
  setBack(ms: number): void {
    this.#now -= ms;
    for (const timer of this.#timers) timer.due -= ms;
  }

  #start(timer: Timer): Cancel {
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}
