import type { Receiver } from "./broker/broker.ts";
import type { Core } from "./core.ts";
import { terminateHere } from "./terminate.ts";

/** What this node does with what the others say: the same as they did, for its own connections. */
export function receiverOf(core: Pick<Core, "apps" | "cache" | "hub" | "claims" | "counts">): Receiver {
  return {
    event({ app, to, frame, except, kept }) {
      if (kept && "channel" in to) core.cache.heard(app, to.channel, frame);
      core.hub.deliver(app, to, frame, except);
    },
    async terminate({ app: id, userId }) {
      const app = core.apps.byId(id);
      return app ? terminateHere(core, app, userId) : 0;
    },
  };
}
