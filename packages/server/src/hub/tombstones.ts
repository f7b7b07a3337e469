/**
 * Whose connections were ended. A signature for a sign-in is good for one socket and has no end of its own, so one that was made
 * before a user's connections were ended could be used after it: on a socket that was open then. Just those sockets are
 * refused, by their serial numbers, and no later one. A stone stands for as long as there is such a socket.
 */
export class Tombstones {
  /** User id -> the newest socket that was open then. Each is written last, so the first stones are the oldest. */
  readonly #newest = new Map<string, number>();

  /** @param newest serial of the newest socket that is open */
  write(userId: string, newest: number): void {
    if (this.covers(userId, newest)) return;
    this.#newest.delete(userId);
    this.#newest.set(userId, newest);
  }

  covers(userId: string, serial: number): boolean {
    return serial <= (this.#newest.get(userId) ?? -1);
  }

  /** Takes away the stones under which no socket can be. @param oldest serial of the oldest socket that is open */
  clear(oldest: number): void {
    for (const [userId, newest] of this.#newest) {
      if (newest >= oldest) return;
      this.#newest.delete(userId);
    }
  }

  get size(): number {
    return this.#newest.size;
  }
}
