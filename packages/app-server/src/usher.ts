import { signChannel, signUser } from "@usher/credentials";
import type { UserData } from "@usher/protocol";
import { digests } from "./digests.ts";
import { type BatchEvent, channelEvent, eventBatch, type TriggerParams, userEvent } from "./events.ts";
import { checkSocketId, checkUserData, checkUserId, namedChannel } from "./names.ts";
import { type App, parseOptions, type UsherOptions } from "./options.ts";
import { type QueryParams, send } from "./request.ts";
import { RequestError } from "./request-error.ts";

/** What an app says of the user that signs in. Members that the protocol does not name are carried along. */
export type SignInData = UserData | (UserData & Readonly<Record<string, unknown>>);

/** What an app says of a member of a presence channel. */
export interface PresenceData {
  readonly user_id: string;
  /** Shown to the other members. Any JSON value. */
  readonly user_info?: unknown;
}

/** The answer to a client that signs in. */
export interface UserAuth {
  readonly auth: string;
  readonly user_data: string;
}

/** The answer to a client that subscribes. */
export interface ChannelAuth {
  readonly auth: string;
  readonly channel_data?: string;
}

export interface GetOptions {
  /** Below `/apps/{id}`, such as `/channels`. */
  readonly path: string;
  readonly params?: QueryParams | undefined;
}

export interface PostOptions extends GetOptions {
  /** Any JSON value. */
  readonly body?: unknown;
}

/**
 * An app's own backend, speaking to its Usher server (or to any other server of the Pusher protocol).
 *
 * Its methods mean what those of the `pusher` package mean. Wrong arguments throw at once, with that package's sentences
 * (protocol 8.3), even where a promise is returned; the promises reject with a RequestError when the server refuses the request or
 * does not answer.
 */
export class Usher {
  static readonly RequestError: typeof RequestError = RequestError;
  // Private to the language too, so that no log of the object shows the secret.
  readonly #app: App;

  /** @throws Error with a sentence that names the option that is missing or wrong */
  constructor(options: UsherOptions) {
    this.#app = parseOptions(options);
  }

  /**
   * Vouches that the connection belongs to the user (protocol 3.1). Whoever can make this be called is that user: ask first who is
   * calling, as the handlers of `createHandlers` do.
   *
   * @returns what the client sends on to the server
   * @throws Error `Invalid socket id`, `Invalid user data` or `Invalid user id`
   */
  authenticateUser(socketId: string, userData: SignInData): UserAuth {
    checkSocketId(socketId);
    checkUserData(userData);
    const user_data = JSON.stringify(userData);
    return { auth: signUser(this.#app.key, { socketId, userData: user_data }, digests.hmac), user_data };
  }

  /**
   * Vouches that the connection may subscribe to the channel (protocol 2.2), on a presence channel as the given member. The name is
   * not required to be that of a private or presence channel, as it is not in the `pusher` package.
   *
   * @returns what the client sends on to the server
   * @throws Error `Invalid socket id`, `Invalid channel name` or `Channel name too long`; on every encrypted channel, since no master
   *   key can be set
   */
  authorizeChannel(socketId: string, channel: string, data?: PresenceData): ChannelAuth {
    checkSocketId(socketId);
    if (namedChannel(channel).encrypted) {
      throw new Error("Cannot generate shared_secret because encryptionMasterKey is not set");
    }
    const channelData = data ? JSON.stringify(data) : undefined;
    const auth = signChannel(this.#app.key, { socketId, channel, channelData }, digests.hmac);
    return channelData === undefined ? { auth } : { auth, channel_data: channelData };
  }

  /**
   * Publishes an event on one to a hundred channels (protocol 6.3).
   *
   * @param data a string is sent as it is, any other value as JSON
   * @returns the server's answer; with `params.info` it tells of the channels
   * @throws Error if a name, the number of channels or `params.socket_id` is refused
   */
  trigger(
    channels: string | readonly string[],
    event: string,
    data: unknown,
    params?: TriggerParams,
  ): Promise<Response> {
    return this.post({ path: "/events", body: channelEvent(channels, event, data, params) });
  }

  /** Publishes up to ten events with one request (protocol 6.4). The events are left as they are. */
  triggerBatch(batch: readonly BatchEvent[]): Promise<Response> {
    return this.post({ path: "/batch_events", body: eventBatch(batch) });
  }

  /**
   * Sends an event to all connections of a signed-in user.
   *
   * @param data a string is sent as it is, any other value as JSON
   * @throws Error `Too long event name` or `Invalid user id`
   */
  sendToUser(userId: string, event: string, data: unknown): Promise<Response> {
    return this.post({ path: "/events", body: userEvent(userId, event, data) });
  }

  /**
   * Closes all connections of a signed-in user (protocol 6.8). Take the user's right to sign in away first: a client that is only cut
   * off may come back.
   *
   * @throws Error `Invalid user id`
   */
  terminateUserConnections(userId: string): Promise<Response> {
    checkUserId(userId);
    return this.post({ path: `/users/${encodeURIComponent(userId)}/terminate_connections`, body: {} });
  }

  /**
   * Makes a signed GET request to the HTTP API (protocol 6).
   *
   * @throws Error if the path is not one, or a parameter has a name that the signature needs
   */
  get({ path, params }: GetOptions): Promise<Response> {
    return send(this.#app, { method: "GET", path, params });
  }

  /**
   * Makes a signed POST request to the HTTP API (protocol 6).
   *
   * @throws Error if the path is not one, or a parameter has a name that the signature needs
   */
  post({ path, params, body }: PostOptions): Promise<Response> {
    return send(this.#app, { method: "POST", path, params, body });
  }
}
