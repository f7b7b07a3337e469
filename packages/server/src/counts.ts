import { encodeServerFrame, parseChannel } from "@usher/protocol";
import type { AppStore } from "./apps/store.ts";
import type { Broker } from "./broker/broker.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { Hub } from "./hub/hub.ts";
import type { Roster, Tally } from "./roster/roster.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";

/** Subscriptions that come and go together are told of together; milliseconds. */
const soon = 100;
/** Where other nodes must be asked, a channel is told at most once in this many milliseconds. */
const sharedEvery = 1000;
/** A channel with more subscriptions than this is told at most once in this many milliseconds. */
const large = 100;
const largeEvery = 5000;

/** What is known of a channel whose count has changed a short time ago. */
interface Counted {
  /** When its subscribers were last told. */
  toldAt: number;
  /** How many there were. */
  told: number;
  /** Set while they are still to be told, or until they may be told at any time. */
  cancel: Cancel | undefined;
  /** Whether they are still to be told. */
  changed: boolean;
}

/** What counting needs. */
interface Needs {
  readonly apps: AppStore;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly webhooks: Webhooks;
  readonly roster: Roster;
  readonly broker: Broker;
  background(work: Promise<unknown>): void;
}

/**
 * How many subscriptions each channel has, for the apps that want to know. Of presence channels nobody is told: their members are.
 * A node says how many it has whenever that has changed, and tells everyone, on every node, how many there are then.
 *
 * @see docs/protocol.md, 2.6
 */
export class Counts {
  readonly #needs: Needs;
  /** By app and channel; ids of apps hold no slash. */
  readonly #channels = new Map<string, Counted>();

  constructor(needs: Needs) {
    this.#needs = needs;
    needs.roster.rejoined(async () => this.#tellAgain());
  }

  /** A subscription came or went: tells the subscribers and the webhooks, soon. */
  changed(app: string, channel: string): void {
    const { apps, hub, clock, roster } = this.#needs;
    if (!apps.byId(app)?.subscriptionCount || (isPresence(channel) && !roster.shared)) return;
    const name = `${app}/${channel}`;
    const counted = this.#channels.get(name) ?? {
      toldAt: Number.NEGATIVE_INFINITY,
      told: 0,
      cancel: undefined,
      changed: false,
    };
    if (counted.changed) return;
    counted.changed = true;
    counted.cancel?.();
    const every = this.#every(Math.max(counted.told, hub.subscribers(app, channel)));
    const wait = Math.min(every, Math.max(soon, counted.toldAt + every - clock.now())); // clocks are set back, too
    counted.cancel = clock.after(wait, () => this.#needs.background(this.#tell(app, channel, counted)));
    this.#channels.set(name, counted);
  }

  /** The cluster has forgotten what this node has: it is told of every channel again. */
  #tellAgain(): void {
    for (const { id, channel } of this.#needs.hub.allChannels()) this.changed(id, channel);
  }

  /** How many subscriptions the channel has in the whole cluster. @throws ClusterAway */
  async of(app: string, channel: string): Promise<number> {
    return (await this.#tally(app, channel)).count;
  }

  /** Tells nobody any more. */
  close(): void {
    for (const { cancel } of this.#channels.values()) cancel?.();
    this.#channels.clear();
  }

  #tally(app: string, channel: string): Promise<Tally> {
    const { hub, roster } = this.#needs;
    return roster.count(app, channel, hub.subscribers(app, channel));
  }

  #every(count: number): number {
    if (count > large) return largeEvery;
    return this.#needs.roster.shared ? sharedEvery : soon;
  }

  async #tell(app: string, channel: string, counted: Counted): Promise<void> {
    const { apps, hub, clock, webhooks, broker } = this.#needs;
    counted.changed = false;
    counted.toldAt = clock.now();
    const forget = (): void => void this.#channels.delete(`${app}/${channel}`);
    const tally = await this.#tally(app, channel).catch(() => undefined);
    if (!tally) return this.changed(app, channel); // the cluster is told when it can be
    if (!tally.kept && hub.subscribers(app, channel) > 0) {
      counted.toldAt = Number.NEGATIVE_INFINITY;
      return this.changed(app, channel); // the channel is being claimed: it is known soon
    }
    const { count } = tally;
    counted.told = count;
    if (!counted.changed) counted.cancel = clock.after(this.#every(count), forget);
    if (isPresence(channel)) return; // it has members, of whom everyone is told
    const data = { subscription_count: count };
    const frame = encodeServerFrame({ event: "pusher_internal:subscription_count", channel, data });
    hub.deliver(app, { channel }, frame);
    const tenant = apps.byId(app);
    if (tenant) webhooks.tell(tenant, { name: "subscription_count", channel, ...data });
    await broker.publish({ kind: "event", app, to: { channel }, frame })?.catch(() => {}); // the next change is told, too
  }
}

function isPresence(channel: string): boolean {
  return parseChannel(channel, Number.POSITIVE_INFINITY)?.kind === "presence";
}
