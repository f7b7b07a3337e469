import type { Receiver } from "./broker/broker.ts";
import type { Cancel } from "./clock.ts";
import type { Core } from "./core.ts";
import { drain } from "./drain.ts";
import { terminateHere } from "./terminate.ts";

/** How long it may take to send everyone away; seconds. */
const sentAwayWithin = 10;

/** How exactly it is known who was open when; milliseconds. */
const markEvery = 1000;

/** Remembers who is open, until it is cancelled: what others said while this node was cut off holds for those who were open then. */
export function markTime({ hub, clock }: Pick<Core, "hub" | "clock">): Cancel {
  hub.mark(clock.now());
  return clock.every(markEvery, () => hub.mark(clock.now()));
}

/** What this node does with what the others say: the same as they did, for its own connections. */
export function receiverOf(
  core: Pick<Core, "apps" | "background" | "cache" | "clock" | "hub" | "roster" | "claims" | "counts" | "log">,
): Receiver {
  return {
    event({ app, to, frame, except, keptSeconds }) {
      if (keptSeconds && "channel" in to) core.cache.heard(app, to.channel, frame, keptSeconds);
      core.hub.deliver(app, to, frame, except);
    },
    async terminate({ app: id, userId, ago }) {
      const app = core.apps.byId(id);
      const when = ago === undefined ? undefined : core.clock.now() - ago;
      return app ? terminateHere(core, app, userId, when) : 0;
    },
    outdated() {
      core.log.warn({}, "this node was cut off for too long to know whose connections were ended: all are sent away");
      core.background(drain(core, sentAwayWithin, "reconnect"));
    },
  };
}
