/** In milliseconds: the longest wait before the first repetition, and before any. */
const firstWait = 200;
const longestWait = 2_000;

/**
 * Calls until it succeeds, fails in a way that repeating does not mend, or has been repeated often enough. Between calls it waits a
 * random while, which may be twice as long each time.
 *
 * @param mend whether repeating after this error is safe and may help
 * @param signal ends the waiting; what was thrown last is thrown then
 */
export async function withRetries<Result>(
  call: (repetitions: number) => Promise<Result>,
  retries: number,
  mend: (error: unknown) => boolean,
  signal?: AbortSignal,
): Promise<Result> {
  for (let failures = 0; ; failures++) {
    try {
      return await call(failures);
    } catch (error) {
      if (failures >= retries || signal?.aborted || !mend(error)) throw error;
      await pause(Math.random() * Math.min(longestWait, firstWait * 2 ** failures), signal);
      if (signal?.aborted) throw error;
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal?.addEventListener("abort", done);
  });
}
