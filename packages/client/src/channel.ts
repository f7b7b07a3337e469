import type { ReceivedFrame } from "@usher/protocol";
import type { AuthorizeChannel, ChannelAuthorizationData } from "./authorize.ts";
import type { Connection } from "./connection.ts";
import { Emitter } from "./emitter.ts";
import { BadEventName } from "./errors.ts";
import { isInternal } from "./event-name.ts";
import type { ChannelProtocolEvents } from "./events.ts";
import type { Log } from "./log.ts";
import type { User } from "./user.ts";

/** What a channel needs of the client that it belongs to. */
export interface ChannelClient {
  readonly connection: Pick<Connection, "state" | "socket_id">;
  readonly user: Pick<User, "user_data" | "signinDonePromise">;
  readonly authorizeChannel: AuthorizeChannel;
  send_event(event: string, data: unknown, channel?: string): boolean;
  unsubscribe(name: string): void;
  /** @throws UnsupportedFeature if it cannot */
  createEncrypted(name: string, client: ChannelClient): Channel;
  readonly log: Log;
}

/** The events that clients may send, where it is said which events there are; else any, for `any` is all that is said. */
export type ClientEvent<Map> = unknown extends Map ? string : keyof Map & `client-${string}`;

/**
 * A public channel, and what all channels have in common (protocol 2).
 *
 * Emits the events of the channel with their data and metadata, `pusher:subscription_succeeded`, `pusher:subscription_error` with
 * an `AuthFault` or what the server gave as its reason, and `pusher:subscription_count`.
 */
// biome-ignore lint/suspicious/noExplicitAny: where nothing is said of events, any may come
export class Channel<Map extends object = any, Protocol = ChannelProtocolEvents> extends Emitter<Map & Protocol> {
  readonly name: string;
  subscribed = false;
  /** The subscription was asked for and not yet answered. */
  subscriptionPending = false;
  /** `unsubscribe` came while the subscription was pending; it ends with the answer. */
  subscriptionCancelled = false;
  /** Connections that are subscribed, if the server tells. */
  subscriptionCount: number | undefined;
  /** The client that it belongs to. */
  readonly pusher: ChannelClient;

  constructor(name: string, client: ChannelClient) {
    super();
    this.name = name;
    this.pusher = client;
  }

  /**
   * Sends a client event to the other subscribers (protocol 4).
   *
   * @returns whether it was handed to an open socket
   * @throws BadEventName if the name does not start with `client-`
   */
  trigger<Event extends ClientEvent<Map>>(event: Event, data: Map[Event & keyof Map]): boolean {
    if (!event.startsWith("client-")) throw new BadEventName(`Event '${event}' does not start with 'client-'`);
    return this.pusher.send_event(event, data, this.name);
  }

  /** Subscribes, unless it is or is about to be; after a failure it tries again. Does nothing while there is no connection. */
  subscribe(): void {
    this.subscriptionCancelled = false;
    const { state, socket_id } = this.pusher.connection;
    if (this.subscribed || this.subscriptionPending || state !== "connected" || socket_id === undefined) return;
    this.subscriptionPending = true;
    this.request(socket_id);
  }

  /** Tells the server that no more events are wanted. The client's `unsubscribe(name)` does so, and forgets the channel too. */
  unsubscribe(): void {
    this.subscribed = false;
    this.pusher.send_event("pusher:unsubscribe", { channel: this.name });
  }

  /** Lets a pending subscription come to nothing. */
  cancelSubscription(): void {
    this.subscriptionCancelled = true;
  }

  /** The connection is gone, and the subscription with it. */
  disconnect(): void {
    this.subscribed = false;
    this.subscriptionPending = false;
  }

  /** The server has said something on this channel. */
  received({ event, data, user_id }: ReceivedFrame): void {
    if (event === "pusher_internal:subscription_succeeded") this.#succeeded(data);
    else if (event === "pusher_internal:subscription_count") this.#counted(data);
    else if (event === "pusher:subscription_error") this.failed(data);
    else if (!isInternal(event)) this.emit(event, data, user_id === undefined ? {} : { user_id });
  }

  /** Brings about a `join` or a `failed`. A public channel needs nobody's leave. */
  protected request(_socketId: string): void {
    this.join({ auth: "" });
  }

  protected join({ auth, channel_data }: ChannelAuthorizationData): void {
    if (this.subscriptionCancelled) this.#abandon();
    else this.pusher.send_event("pusher:subscribe", { auth, channel_data, channel: this.name });
  }

  protected failed(reason: unknown): void {
    this.subscriptionPending = false;
    if (this.subscriptionCancelled) this.#abandon();
    else this.emit("pusher:subscription_error", reason);
  }

  /** What `pusher:subscription_succeeded` tells. */
  protected welcome(data: unknown): unknown {
    return data;
  }

  #succeeded(data: unknown): void {
    this.subscriptionPending = false;
    this.subscribed = true;
    if (this.subscriptionCancelled) this.#abandon();
    else this.emit("pusher:subscription_succeeded", this.welcome(data));
  }

  #counted(data: unknown): void {
    this.subscriptionCount = (data as { subscription_count?: number } | undefined)?.subscription_count;
    this.emit("pusher:subscription_count", data);
  }

  #abandon(): void {
    this.subscriptionPending = false;
    this.pusher.unsubscribe(this.name);
  }
}
