import { isRecord } from "@usher/protocol";
import { Emitter } from "./emitter.ts";

/**
 * The users whom the signed-in user watches (protocol 4.3).
 *
 * Emits `online` and `offline` with `{ name, user_ids }`: first how things stand, then each change.
 */
export class Watchlist extends Emitter {
  /** @internal The server has said who came and who went. */
  received(data: unknown): void {
    const events = isRecord(data) ? data["events"] : undefined;
    if (!Array.isArray(events)) return;
    for (const event of events) if (isRecord(event)) this.emit(String(event["name"]), event);
  }
}
