interface Mark {
  readonly at: number;
  readonly newest: number;
}

/** How far back is remembered; milliseconds. What nodes must still learn of the past is kept no longer, either. */
const reach = 3_600_000;

/** Which sockets were open at a time: their serial numbers grow, so a number for each mark says it. */
export class Timeline {
  readonly #marks: Mark[] = [];

  /** @param newest serial of the newest socket now */
  mark(now: number, newest: number): void {
    this.#marks.push({ at: now, newest });
    while ((this.#marks[0]?.at ?? now) < now - reach) this.#marks.shift();
  }

  /** The newest socket that may have been open at the time: the one at the first mark after it; `undefined` if there is none yet. */
  newestAt(time: number): number | undefined {
    return this.#marks.find(({ at }) => at >= time)?.newest;
  }
}
