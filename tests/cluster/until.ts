import { setTimeout as pause } from "node:timers/promises";

/** Asks again and again until there is nothing left to say. @param fault says what is wrong, or nothing. Rejects with the last of it. */
export async function until(
  seconds: number,
  fault: () => Promise<string | undefined> | string | undefined,
): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await fault();
    if (found === undefined) return;
    if (performance.now() > deadline) throw new Error(`after ${seconds} s ${found}`);
    await pause(40);
  }
}

/** Rejects if it is not there in time. */
export async function within<Value>(seconds: number, what: string, value: Promise<Value>): Promise<Value> {
  const timer = new AbortController();
  const late = pause(seconds * 1000, undefined, { signal: timer.signal }).then(() => {
    throw new Error(`after ${seconds} s still waiting for ${what}`);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    timer.abort();
    late.catch(() => {});
  }
}

export const seconds = (count: number): Promise<void> => pause(count * 1000);
