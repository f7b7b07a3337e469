import type { Core } from "./core.ts";

/** How often some of the clients are sent away; milliseconds. */
const pace = 100;
/** So many at once are no storm. */
const few = 100;

/**
 * Tells every client to connect again: at once if there is another node, else in a second, by when the next process may serve. They come
 * without jitter, so that all of them at the same moment would be a storm: they are told a hundred at a time, or evenly over the
 * given time where that would take longer.
 *
 * @param reason `reconnect` for at once, `stopping` for in a second
 * @see docs/protocol.md, 1.1
 */
export async function drain(
  { hub, clock }: Pick<Core, "hub" | "clock">,
  seconds: number,
  reason: "reconnect" | "stopping",
): Promise<void> {
  const connections = [...hub.connections()];
  const atOnce = Math.max(few, Math.ceil((connections.length * pace) / (seconds * 1000)));
  for (;;) {
    for (const connection of connections.splice(0, atOnce)) {
      connection.end(reason);
    }
    if (connections.length === 0) return;
    await new Promise<void>((resolve) => clock.after(pace, resolve));
  }
}
