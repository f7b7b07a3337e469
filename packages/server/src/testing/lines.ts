import type { Line } from "../ipc/line.ts";

/** Both ends of a line between two processes, in one: what is said is written as JSON, and arrives later, in its order. */
export function lines(): [Line, Line] {
  const listeners: ((message: object) => void)[] = [];
  const end = (own: number, other: number): Line => ({
    say: (message) =>
      void setImmediate((text: string) => listeners[other]?.(JSON.parse(text)), JSON.stringify(message)),
    hear: (listener) => {
      listeners[own] = listener;
    },
  });
  return [end(0, 1), end(1, 0)];
}
