import { SigninError } from "./signin-error.ts";
import { after } from "./timer.ts";

/** For how long somebody waits. */
export interface Patience {
  /** Gives up when it is aborted. */
  signal?: AbortSignal | undefined;
  /** Gives up after so many milliseconds. Default: never. */
  timeout?: number | undefined;
}

interface Waiter<Value> {
  resolve(value: Value): void;
  reject(error: SigninError): void;
  /** Lets go of what would make it give up. */
  stop(): void;
}

/** Those who wait for a sign-in, each for as long as it likes. */
export class Waiting<Value> {
  #waiters = new Set<Waiter<Value>>();

  /**
   * One more waits.
   *
   * @param deserted called when the last one has given up
   * @returns rejects with a `SigninError`; whoever does not look at it is not troubled
   */
  add({ signal, timeout }: Patience, deserted: () => void): Promise<Value> {
    const waited = new Promise<Value>((resolve, reject) => {
      const giveUp = (error: SigninError): void => {
        stop();
        reject(error);
        if (this.#waiters.delete(waiter) && this.#waiters.size === 0) deserted();
      };
      const aborted = (): void =>
        giveUp(new SigninError("The sign-in was given up", "aborted", {}, { cause: signal?.reason }));
      const overdue = (): void => giveUp(new SigninError(`The sign-in was given up after ${timeout} ms`, "timeout"));
      // A timer takes no more than 31 bits; who would wait for that long waits for ever.
      const timer = timeout !== undefined && timeout < 2 ** 31 ? after(timeout, overdue) : undefined;
      const stop = (): void => {
        timer?.cancel();
        signal?.removeEventListener("abort", aborted);
      };
      const waiter: Waiter<Value> = { resolve, reject, stop };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", aborted);
      if (signal?.aborted) aborted();
    });
    waited.catch(() => {});
    return waited;
  }

  /** It is there. */
  resolve(value: Value): void {
    for (const waiter of this.#take()) waiter.resolve(value);
  }

  /** It will not come. */
  reject(error: SigninError): void {
    for (const waiter of this.#take()) waiter.reject(error);
  }

  #take(): Set<Waiter<Value>> {
    const waiters = this.#waiters;
    this.#waiters = new Set();
    for (const { stop } of waiters) stop();
    return waiters;
  }
}
