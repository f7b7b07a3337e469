import { encodeServerFrame, parseChannel } from "@usher/protocol";
import type { AppStore } from "./apps/store.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { Hub } from "./hub/hub.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";

/** Subscriptions that come and go together are told of together; milliseconds. */
const soon = 100;
/** A channel with more subscriptions than this is told at most once in this many milliseconds. */
const large = 100;
const largeEvery = 5000;

/** What is known of a channel whose count has changed, or that is large. */
interface Counted {
  /** When its subscribers were last told. */
  toldAt: number;
  /** Set while they are still to be told. */
  cancel: Cancel | undefined;
}

/** What counting needs. */
interface Needs {
  readonly apps: AppStore;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly webhooks: Webhooks;
}

/**
 * How many subscriptions each channel has, for the apps that want to know. Of presence channels nobody is told: their members are.
 *
 * @see docs/protocol.md, 2.6
 */
export class Counts {
  readonly #needs: Needs;
  /** By app and channel; ids of apps hold no slash. */
  readonly #channels = new Map<string, Counted>();

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /** A subscription came or went: tells the subscribers and the webhooks, soon. */
  changed(app: string, channel: string): void {
    const { apps, hub, clock } = this.#needs;
    if (!apps.byId(app)?.subscriptionCount || parseChannel(channel, Number.POSITIVE_INFINITY)?.kind === "presence")
      return;
    const name = `${app}/${channel}`;
    const counted = this.#channels.get(name) ?? { toldAt: Number.NEGATIVE_INFINITY, cancel: undefined };
    if (counted.cancel) return;
    const every = hub.subscribers(app, channel) > large ? largeEvery : soon;
    const wait = Math.min(every, Math.max(soon, counted.toldAt + every - clock.now())); // clocks are set back, too
    counted.cancel = clock.after(wait, () => this.#tell(app, channel, counted));
    this.#channels.set(name, counted);
  }

  /** How many subscriptions the channel has in the whole cluster. */
  async of(app: string, channel: string): Promise<number> {
    return this.#needs.hub.subscribers(app, channel);
  }

  /** Tells nobody any more. */
  close(): void {
    for (const { cancel } of this.#channels.values()) cancel?.();
    this.#channels.clear();
  }

  #tell(app: string, channel: string, counted: Counted): void {
    const { apps, hub, clock, webhooks } = this.#needs;
    const count = hub.subscribers(app, channel);
    counted.cancel = undefined;
    counted.toldAt = clock.now();
    if (count <= large) this.#channels.delete(`${app}/${channel}`);
    const data = { subscription_count: count };
    hub.deliver(app, { channel }, encodeServerFrame({ event: "pusher_internal:subscription_count", channel, data }));
    const tenant = apps.byId(app);
    if (tenant) webhooks.tell(tenant, { name: "subscription_count", channel, ...data });
  }
}
