/** The shortest wait, which the protocol asks for after the codes 4100 to 4199. Milliseconds, as everywhere in this package. */
const floor = 1_000;
const ceiling = 20_000;

const firstDeadline = 15_000;
const lastDeadline = 60_000;

/**
 * How long to wait before connecting again: a second, and then a random part of a span that doubles with every failure. The whole
 * of the span is random, because what ended one connection usually ended all, and they must not come back all at once.
 *
 * @param failures how many attempts in a row have failed
 * @param random a number from 0 up to, but not including, 1
 */
export function backoff(failures: number, random: number): number {
  const span = Math.min(ceiling, floor * 2 ** failures);
  return Math.min(ceiling, floor + Math.floor(random * span));
}

/** How long an attempt may take until the server has said its first word; longer after each failure, for the sake of slow networks. */
export function attemptDeadline(failures: number): number {
  return Math.min(lastDeadline, firstDeadline * 2 ** failures);
}
