import type { Link } from "../ipc/link.ts";
import type { Webhooks } from "./webhooks.ts";

/** The webhooks of a worker: its parent tells the backends, and knows by itself who comes and goes. */
export function createIpcWebhooks(link: Link): Webhooks {
  return {
    tell(app, event) {
      if (app.webhooks.length > 0) link.say("webhook", app.id, event);
    },
    pass() {}, // only a store keeps news until they are told
    async close() {},
  };
}
