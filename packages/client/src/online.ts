/** Hears of the network of this device. */
export interface NetworkListener {
  online(): void;
  offline(): void;
}

/**
 * Listens to the `online` and `offline` events of pages and workers. Where the runtime has none (Node), it hears nothing.
 *
 * @returns stops listening
 */
export function watchNetwork(listener: NetworkListener): () => void {
  if (typeof globalThis.addEventListener !== "function") return () => {};
  const { online, offline } = listener;
  globalThis.addEventListener("online", online);
  globalThis.addEventListener("offline", offline);
  return () => {
    globalThis.removeEventListener("online", online);
    globalThis.removeEventListener("offline", offline);
  };
}
