import type { ReceivedFrame, UserData } from "@usher/protocol";
import type { AuthorizeChannel } from "./authorize.ts";
import type { Channel, ChannelClient } from "./channel.ts";
import { Channels } from "./channels.ts";
import { Connection, type StateChange } from "./connection.ts";
import { Emitter } from "./emitter.ts";
import { UnsupportedFeature } from "./errors.ts";
import { isInternal } from "./event-name.ts";
import type { ChannelEvents, ChannelName, Events, UserEvents } from "./events.ts";
import { type Log, logTo } from "./log.ts";
import { type Options, readOptions } from "./options.ts";
import type { PresenceChannel } from "./presence-channel.ts";
import { User } from "./user.ts";
import type { Patience } from "./waiting.ts";

/** The channel of this name, as it is typed. */
export type ChannelOf<E, Name extends string> = Name extends `presence-${string}`
  ? PresenceChannel<ChannelEvents<E, Name>>
  : Channel<ChannelEvents<E, Name>>;

/**
 * A client of one app on an Usher server, or on any server that speaks the Pusher Channels protocol. It has what pusher-js's class
 * has, with the same meaning.
 *
 * What is bound to the client itself hears the events of all channels and of the user, and the protocol's own `pusher:` events;
 * each callback gets the data only.
 */
// biome-ignore lint/suspicious/noExplicitAny: where nothing is said of events, any may come
export class Usher<E extends Events = any> extends Emitter implements ChannelClient {
  /** Writes what happens to the console, if there is no `log`. */
  static logToConsole = false;
  /** Takes a line for each thing that happens. */
  static log?: ((message: string) => void) | undefined;

  /** The key of the app. */
  key: string;
  readonly connection: Connection;
  readonly user: User<UserEvents<E>>;
  readonly channels: Channels = new Channels();
  /** @internal */
  readonly authorizeChannel: AuthorizeChannel;
  /** @internal */
  readonly log: Log;

  /**
   * Connects at once.
   *
   * @param key the key of the app
   * @throws Error that says which option is missing or wrong
   */
  constructor(key: string, options: Options) {
    super();
    const settings = readOptions(key, options);
    const owner = {
      changed: (change: StateChange) => this.changed(change),
      received: (frame: ReceivedFrame) => this.#received(frame),
    };
    this.key = key;
    this.authorizeChannel = settings.authorizeChannel;
    this.log = logTo(new.target);
    this.connection = new Connection(settings, owner, this.log);
    this.user = new User(this, settings.authenticateUser);
    this.connect();
  }

  /** Connects after a `disconnect()`, or after the server has refused the connection. Channels and the user come back too. */
  connect(): void {
    this.connection.connect();
  }

  /** Ends the connection and lets go of timers and listeners. The channels stay asked for. */
  disconnect(): void {
    this.connection.disconnect();
  }

  /**
   * Asks for a channel: now if there is a connection, and on every later one.
   *
   * @returns the channel, the same one for the same name until `unsubscribe`
   * @throws BadChannelName if no app may subscribe to it, UnsupportedFeature if it is encrypted and this client cannot decrypt
   */
  subscribe<Name extends ChannelName<E>>(name: Name): ChannelOf<E, Name> {
    const channel = this.channels.add(name, this);
    channel.subscribe();
    return channel as ChannelOf<E, Name>;
  }

  /** Gives a channel back. One whose subscription is pending stays until the answer is there. */
  unsubscribe(name: ChannelName<E>): void {
    const channel = this.channels.find(name);
    if (!channel) return;
    if (channel.subscriptionPending) {
      channel.cancelSubscription();
      return;
    }
    this.channels.remove(name);
    if (channel.subscribed) channel.unsubscribe();
  }

  /** The channel of this name, if it was asked for. */
  channel<Name extends ChannelName<E>>(name: Name): ChannelOf<E, Name> | undefined {
    return this.channels.find(name) as ChannelOf<E, Name> | undefined;
  }

  allChannels(): Channel[] {
    return this.channels.all();
  }

  /** Subscribes all channels that are not, as a new connection and a new user do. */
  subscribeAll(): void {
    for (const channel of this.allChannels()) if (!channel.subscriptionPending) channel.subscribe();
  }

  /** @returns whether the frame was handed to an open socket */
  send_event(event: string, data: unknown, channel?: string): boolean {
    return this.connection.send_event(event, data, channel);
  }

  /**
   * Signs the user in on this connection and on every later one; `user` tells what comes of it. After a failure, tries again.
   *
   * @see User.signin
   */
  signin(patience?: Patience): Promise<UserData> {
    return this.user.signin(patience);
  }

  /** Is nobody any more, here and for the server. Channels stay. */
  signout(): void {
    this.user.signout();
  }

  /** Signs in anew, with the credentials that the app has by now, as whoever they are for. */
  switchUser(patience?: Patience): Promise<UserData> {
    this.signout();
    return this.signin(patience);
  }

  /** @internal */
  createEncrypted(_name: string, _client: ChannelClient): Channel {
    throw new UnsupportedFeature(
      "Tried to subscribe to a private-encrypted- channel but no nacl implementation available: import @usher/client/with-encryption",
    );
  }

  protected changed(change: StateChange): void {
    if (change.previous === "connected") this.channels.disconnect();
    this.user.changed(change); // before the channels, for some are joined as the user that signs in
    if (change.current === "connected") this.subscribeAll();
  }

  #received(frame: ReceivedFrame): void {
    const { event, channel, data } = frame;
    if (event === "pusher:signin_success") {
      this.user.confirmed(data); // which tells this client too
      this.subscribeAll(); // what nobody was let into before may be open to this user
      return;
    }
    if (event === "pusher:error") this.user.refused(frame);
    if (event === "pusher_internal:watchlist_events") this.user.watchlist.received(data);
    if (channel !== undefined) {
      this.channels.find(channel)?.received(frame);
      this.user.received(frame);
    }
    if (!isInternal(event)) this.emit(event, data);
  }
}
