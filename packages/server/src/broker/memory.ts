import type { Broker } from "./broker.ts";

const done = Promise.resolve();

/** The broker of a node that is alone: there is nobody to tell. */
export function createMemoryBroker(node: string): Broker {
  return {
    node,
    start: () => done,
    follow: () => done,
    unfollow: () => done,
    publish: () => undefined,
    record: () => done,
    ask: () => Promise.resolve([]),
    close: () => done,
  };
}
