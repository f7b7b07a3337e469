/** Something outside of React that changes, as `useSyncExternalStore` wants it. */
export interface Store<Snapshot> {
  /** @returns stops calling back */
  readonly subscribe: (changed: () => void) => () => void;
  /** The same object until something changes. */
  readonly snapshot: () => Snapshot;
}

/** How long what nobody needs is kept: React unmounts and mounts again, and routes change. Milliseconds. */
const kept = 100;

/**
 * A store that works only while somebody listens. The first listener starts it; when the last has gone for a moment, it ends.
 *
 * @param read what the snapshot is now
 * @param begin starts what keeps the snapshot right, and calls back whenever it may have changed; returns what ends it
 */
export function createStore<Snapshot>(
  read: () => Snapshot,
  begin: (changed: () => void) => () => void,
): Store<Snapshot> {
  const listeners = new Set<() => void>();
  let current = read();
  let isFresh = false;
  let end: (() => void) | undefined;
  let ending: ReturnType<typeof setTimeout> | undefined;
  const changed = (): void => {
    current = read();
    for (const listener of listeners) listener();
  };
  const start = (): void => {
    clearTimeout(ending);
    if (end) return;
    end = begin(changed);
    changed();
  };
  const stop = (): void => {
    end?.();
    end = undefined;
  };
  return {
    subscribe(listener) {
      const own = (): void => listener(); // one that listens twice is two
      listeners.add(own);
      start();
      return () => {
        listeners.delete(own);
        if (listeners.size === 0) ending = setTimeout(stop, kept);
      };
    },
    snapshot() {
      if (!end && !isFresh) {
        current = read(); // nobody keeps it right
        isFresh = true;
        queueMicrotask(() => {
          isFresh = false;
        });
      }
      return current;
    },
  };
}

/** Keeps one store for each name of each owner. */
export function storesOf<Owner extends object, Snapshot>(
  create: (owner: Owner, name: string) => Store<Snapshot>,
): (owner: Owner, name: string) => Store<Snapshot> {
  const stores = new WeakMap<Owner, Map<string, Store<Snapshot>>>();
  return (owner, name) => {
    const own = stores.get(owner) ?? new Map<string, Store<Snapshot>>();
    stores.set(owner, own);
    const store = own.get(name) ?? create(owner, name);
    own.set(name, store);
    return store;
  };
}
