import { encodeEvent, userChannel } from "@usher/protocol";
import type { Core } from "./core.ts";
import type { Target } from "./key.ts";

/** An event of the app on its way to those who listen. */
export interface Publication {
  readonly app: string;
  readonly to: Target;
  readonly event: string;
  /** The exact string that the publisher gave. */
  readonly data: string;
  /** The socket that does not get it, if the publisher named one. */
  readonly except?: string | undefined;
  /** On client events in presence channels: the member that sent it. */
  readonly userId?: string | undefined;
  /** In cache channels: for how many seconds later subscribers get it. */
  readonly keptSeconds?: number | undefined;
}

/** The event has reached the connections of this node, and may not have reached those of the others. */
export class DeliveredLocally extends Error {
  override readonly name = "DeliveredLocally";

  constructor(cause: unknown) {
    super("The event has reached the connections of this node alone: the others cannot be reached now", { cause });
  }
}

/**
 * THE path of an event: one frame for every recipient on every node.
 *
 * The sockets of this node have it when the call returns; nothing is awaited before that, so the publishes of one turn of the
 * event loop reach the sockets in one write. The promise, if there is one, is for the other nodes; it rejects with
 * DeliveredLocally if it could not reach them.
 */
export function publish(
  core: Pick<Core, "cache" | "hub" | "broker">,
  publication: Publication,
): Promise<unknown> | undefined {
  const { app, to, event, data, except, userId, keptSeconds } = publication;
  const channel = "user" in to ? userChannel(to.user) : to.channel;
  const frame = encodeEvent(event, channel, data, userId);
  const kept = keptSeconds && core.cache.remember(app, channel, frame, keptSeconds);
  core.hub.deliver(app, to, frame, except);
  const sent = core.broker.publish({ kind: "event", app, to, frame, except, keptSeconds });
  if (!sent && !kept) return undefined;
  return Promise.all([kept, sent]).catch((cause: unknown) => {
    throw new DeliveredLocally(cause);
  });
}
