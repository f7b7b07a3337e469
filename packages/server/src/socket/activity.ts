import { limits } from "@usher/protocol";
import type { Cancel, Clock } from "../clock.ts";
import type { Core } from "../core.ts";

/** How often everyone is looked at. Silence is counted in sweeps: a frame costs one write and no timer. */
const sweepSeconds = 10;

/** A client pings after its own timeout; only one that should have done so by now is asked. */
const pingAfter = (limits.activityTimeoutSeconds + limits.pongTimeoutSeconds) / sweepSeconds;
const closeAfter = pingAfter + limits.pongTimeoutSeconds / sweepSeconds;

/**
 * Pings clients that have been silent for longer than a client is, and closes those that stay so.
 *
 * @see docs/protocol.md, 1.2
 */
export function watchActivity({ hub, clock }: Pick<Core, "hub"> & { clock: Clock }): Cancel {
  return clock.every(sweepSeconds * 1000, () => {
    hub.clearTombstones();
    for (const connection of hub.connections()) {
      connection.silence++;
      if (connection.silence === pingAfter) connection.send({ event: "pusher:ping", data: {} });
      if (connection.silence >= closeAfter) connection.end("pongMissing");
    }
  });
}
