import { Emitter } from "./emitter.ts";

interface Heard {
  readonly name: string;
  readonly user_ids: readonly string[];
}

/**
 * The users whom the signed-in user watches (protocol 4.3).
 *
 * Emits `online` and `offline` with `{ name, user_ids }`: first how things stand, then each change.
 */
export class Watchlist extends Emitter {
  /** User id -> whether they are there, of everyone who is watched. */
  readonly users: Map<string, boolean> = new Map();

  /** @internal The server has said who came and who went. */
  received(data: unknown): void {
    const events = (data as { events?: unknown } | undefined)?.events;
    if (!Array.isArray(events)) return;
    for (const event of events as (Heard | null)[]) {
      if (!Array.isArray(event?.user_ids)) continue;
      for (const id of event.user_ids) this.users.set(id, event.name === "online");
      this.emit(event.name, event);
    }
  }
}
