/** What came in, taken out one by one in its order. Who takes before there is anything waits, but not for ever. */
export interface Inbox<T> {
  put(item: T): void;
  next(): Promise<T>;
  /** Takes out everything that is there. */
  empty(): T[];
}

export function openInbox<T>(what: string): Inbox<T> {
  const items: T[] = [];
  const takers: ((item: T) => void)[] = [];
  const share = (): void => {
    while (takers.length > 0 && items.length > 0) takers.shift()?.(items.shift() as T);
  };
  return {
    put(item) {
      items.push(item);
      share();
    },
    next() {
      const taken = new Promise<T>((resolve) => takers.push(resolve));
      share();
      return within(what, taken);
    },
    empty: () => items.splice(0),
  };
}

/** Fails if it takes longer than anything here may take; a failure that nobody waits for yet is no unhandled one. */
export function within<T>(what: string, promise: Promise<T>): Promise<T> {
  const result = Promise.race([
    promise,
    new Promise<never>((_, reject) => {
      const timer = setTimeout(() => reject(new Error(`waited in vain for ${what}`)), 5000);
      promise.finally(() => clearTimeout(timer)).catch(() => {});
    }),
  ]);
  result.catch(() => {});
  return result;
}
