/** Stops what was started. Calling it again does nothing. */
export type Cancel = () => void;

/** The only source of time: tests put a clock of their own in its place. Neither timer keeps the process alive. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Does the work every `ms` milliseconds until it is cancelled. */
  every(ms: number, work: () => void): Cancel;
  /** Does the work once, in `ms` milliseconds, unless it is cancelled before. */
  after(ms: number, work: () => void): Cancel;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  every(ms, work) {
    const timer = setInterval(work, ms).unref();
    return () => clearInterval(timer);
  },
  after(ms, work) {
    const timer = setTimeout(work, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** Does the work when what has arrived in this turn of the event loop has been dealt with. No time passes. */
export function atEndOfTurn(work: () => void): void {
  setImmediate(work);
}
