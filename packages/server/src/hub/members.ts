import type { Member } from "@usher/protocol";

interface Presence {
  connections: number;
  info: string | undefined;
  /** Whether others in the channel on this node have been told of it. */
  shown: boolean;
}

/** The members of one presence channel on this node. */
export class Members {
  readonly #present = new Map<string, Presence>();

  get size(): number {
    return this.#present.size;
  }

  /** @param isNew whether the connection was not in the channel before @returns the edge that it makes, if any */
  enter({ userId, info }: Member, isNew: boolean): "first" | "info" | undefined {
    const present = this.#present.get(userId);
    if (!present) {
      this.#present.set(userId, { connections: 1, info, shown: false });
      return "first";
    }
    if (isNew) present.connections++;
    if (present.info === info) return undefined;
    present.info = info;
    return "info";
  }

  /** One connection less. @returns the member, if that was its last */
  leave(userId: string): { readonly shown: boolean } | undefined {
    const present = this.#present.get(userId);
    if (!present || --present.connections > 0) return undefined;
    this.#present.delete(userId);
    return present;
  }

  /** @returns whether that is news */
  show(userId: string): boolean {
    const present = this.#present.get(userId);
    if (!present || present.shown) return false;
    present.shown = true;
    return true;
  }

  isShown(userId: string): boolean {
    return this.#present.get(userId)?.shown ?? false;
  }

  /** Those whom others have been told of, and who are not among the known: user id -> user_info as JSON text. */
  *shownBeside(known: ReadonlyMap<string, unknown>): Iterable<[userId: string, info: string | undefined]> {
    for (const [userId, { info, shown }] of this.#present) if (shown && !known.has(userId)) yield [userId, info];
  }
}
