import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";

/** UTF-8 bytes of event JSON that may wait for one endpoint. */
export const queueBytes: number = 8 * 1024 * 1024;

/** UTF-8 bytes of events in one body: backends refuse what is too long, again and again. */
export const bodyBytes: number = 1024 * 1024;

interface Waiting {
  readonly event: string;
  readonly bytes: number;
  /** When it came. */
  readonly since: number;
  readonly settled: (() => void) | undefined;
}

/**
 * The events that wait for one endpoint, oldest first, those of the request under way included. When it is full, the newest
 * is dropped.
 */
export class Backlog {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #endpoint: object;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #dropped = 0;

  /** @param endpoint members by which the log says whose backlog it is */
  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }, endpoint: object) {
    this.#clock = clock;
    this.#log = log;
    this.#endpoint = endpoint;
  }

  get size(): number {
    return this.#waiting.length;
  }

  /**
   * @param event its JSON
   * @param settled done when it does not wait any more: it was received, given up or dropped, but not cleared
   */
  add(event: string, settled?: () => void): void {
    const bytes = Buffer.byteLength(event);
    if (this.#bytes + bytes > queueBytes) {
      this.#drop();
      settled?.();
      return;
    }
    this.#waiting.push({ event, bytes, since: this.#clock.now(), settled });
    this.#bytes += bytes;
  }

  /** The oldest, as many as there are up to the limit, and as fit into one body; one at least. They stay. */
  oldest(limit: number): string[] {
    let size = 0;
    const some = this.#waiting.slice(0, limit);
    const fitting = some.findIndex(({ bytes }) => {
      size += bytes;
      return size > bodyBytes;
    });
    return some.slice(0, fitting === -1 ? limit : Math.max(fitting, 1)).map(({ event }) => event);
  }

  /** Removes the oldest. */
  remove(count: number): void {
    for (const { bytes, settled } of this.#waiting.splice(0, count)) {
      this.#bytes -= bytes;
      settled?.();
    }
    this.#tellWhatWasDropped();
  }

  /** Removes everything, for good. @returns how many these were */
  clear(): number {
    return this.#waiting.splice(0).length;
  }

  /** Removes what has waited for longer than `ms`. @returns how many these were */
  removeOlderThan(ms: number): number {
    const before = this.#clock.now() - ms;
    const fresh = this.#waiting.findIndex(({ since }) => since >= before);
    const stale = fresh === -1 ? this.size : fresh;
    this.remove(stale);
    return stale;
  }

  #drop(): void {
    this.#dropped++;
    if (this.#dropped > 1) return;
    this.#log.warn(this.#endpoint, "too much waits for a webhook endpoint: from now on, new events are dropped");
  }

  /** A backlog counts as full until half of it is gone: one that a slow endpoint keeps brimful is one line, not thousands. */
  #tellWhatWasDropped(): void {
    if (this.#dropped === 0 || this.#bytes > queueBytes / 2) return;
    const members = { ...this.#endpoint, dropped: this.#dropped };
    this.#dropped = 0;
    this.#log.info(members, "there is room again for the events of a webhook endpoint");
  }
}
