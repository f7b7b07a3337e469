/** What tells that the way to the server may be another by now: the network came or went, the page was left, or come back to. */
const stirs = ["online", "offline", "pageshow", "visibilitychange"];

/** How often the clock is looked at; milliseconds. */
const tick = 5_000;
/** If so much time has passed from one look to the next, the device has slept. Timers of pages in the background are late by a minute. */
const nap = 90_000;

/**
 * Listens for what may have changed the way to the server: events of pages and workers, and sleep. Where the runtime has no such
 * events (Node), sleep is all that it hears of.
 *
 * @returns stops listening
 */
export function watchDevice(stirred: () => void): () => void {
  let last = Date.now();
  const watch = setInterval(() => {
    const slept = Date.now() - last > nap;
    last = Date.now();
    if (slept) stirred();
  }, tick);
  for (const event of stirs) globalThis.addEventListener?.(event, stirred);
  return () => {
    clearInterval(watch);
    for (const event of stirs) globalThis.removeEventListener?.(event, stirred);
  };
}
