import { signChannel, signUser } from "@usher/credentials";
import type { ChannelEvents, ChannelName, Events, UserEvents } from "@usher/protocol";
import { clusterHost, parseConnectionUrl } from "./address.ts";
import type { ChannelAuth, PresenceData, SignInData, UserAuth } from "./answers.ts";
import { encodeBase64 } from "./base64.ts";
import { type BatchOptions, sendInParts } from "./batch.ts";
import * as channelsApi from "./channels.ts";
import { digests } from "./digests.ts";
import { channelKey } from "./encryption.ts";
import {
  type BatchEvent,
  type BatchEventOf,
  batchEvents,
  channelEvent,
  type TriggerParams,
  userEvent,
} from "./events.ts";
import { checkSocketId, checkUserData, checkUserId, namedChannel } from "./names.ts";
import { type App, parseOptions, type UsherOptions } from "./options.ts";
import { type ApiRequest, type QueryToSign, send, signedQuery } from "./request.ts";
import { RequestError } from "./request-error.ts";
import { Token } from "./token.ts";
import { WebHook, WebHookError, type WebhookRequest } from "./webhook.ts";

type Signal = Pick<ApiRequest, "signal">;
export type GetOptions = Omit<ApiRequest, "method" | "body" | "repeatable">;
export type PostOptions = Omit<ApiRequest, "method" | "repeatable">;

/**
 * An app's own backend, speaking to its Usher server (or to any other server of the Pusher protocol).
 *
 * Its methods mean what those of the `pusher` package mean. Wrong arguments throw at once, with that package's sentences
 * (protocol 8.3), even where a promise is returned; the promises reject with a RequestError when the server refuses the request or
 * does not answer.
 *
 * `E` says which channels and events there are, as for the client.
 */
// biome-ignore lint/suspicious/noExplicitAny: where nothing is said of events, any may be sent
export class Usher<E extends Events = any> {
  static readonly RequestError: typeof RequestError = RequestError;
  static readonly Token: typeof Token = Token;
  static readonly WebHookError: typeof WebHookError = WebHookError;
  // Private to the language too, so that no log of the object shows the secret.
  readonly #app: App;

  /** @throws Error with a sentence that names the option that is missing or wrong */
  constructor(options: UsherOptions) {
    this.#app = parseOptions(options);
  }

  /**
   * For an app that is given as one string: `SCHEME://KEY:SECRET@HOST:PORT/apps/APP_ID`, which stands above the options.
   *
   * @throws Error if it has another form
   */
  static forURL(url: string, options: Partial<UsherOptions> = {}): Usher {
    return new Usher({ ...options, keys: undefined, ...parseConnectionUrl(url) } as UsherOptions);
  }

  /** For an app on one of Pusher's own clusters, such as `eu`. */
  static forCluster(cluster: string, options: UsherOptions): Usher {
    return new Usher({ ...options, host: clusterHost(cluster) });
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
    return { auth: signUser(this.#app.keys[0], { socketId, userData: user_data }, digests.hmac), user_data };
  }

  /**
   * Vouches that the connection may subscribe to the channel (protocol 2.2), on a presence channel as the given member. The name is
   * not required to be that of a private or presence channel, as it is not in the `pusher` package.
   *
   * @returns what the client sends on to the server, and for an encrypted channel what it reads by
   * @throws Error `Invalid socket id`, `Invalid channel name` or `Channel name too long`; for an encrypted channel if there is no master key
   */
  authorizeChannel(socketId: string, channel: string, data?: PresenceData): ChannelAuth {
    checkSocketId(socketId);
    const { encrypted } = namedChannel(channel);
    const channelData = data ? JSON.stringify(data) : undefined;
    const secret = encrypted ? encodeBase64(this.channelSharedSecret(channel)) : undefined;
    const auth = signChannel(this.#app.keys[0], { socketId, channel, channelData }, digests.hmac);
    return {
      ...(channelData !== undefined && { channel_data: channelData }),
      auth,
      ...(secret !== undefined && { shared_secret: secret }),
    };
  }

  /** @deprecated The former name of `authorizeChannel`. */
  authenticate(socketId: string, channel: string, data?: PresenceData): ChannelAuth {
    return this.authorizeChannel(socketId, channel, data);
  }

  /**
   * Publishes an event on one to a hundred channels (protocol 6.3); on an encrypted channel so that only its subscribers can read it.
   *
   * @param data a string is sent as it is, any other value as JSON
   * @returns the server's answer; with `params.info` it tells of the channels
   * @throws Error if a name, the number of channels or `params.socket_id` is refused
   */
  trigger<Name extends ChannelName<E>, Event extends keyof ChannelEvents<E, Name> & string>(
    channels: Name | readonly Name[],
    event: Event,
    data: ChannelEvents<E, Name>[Event],
    options?: (TriggerParams & Signal) | null,
  ): Promise<Response> {
    const { signal, ...params } = options ?? {};
    return this.post({
      path: "/events",
      body: channelEvent(channels, event, data, params, this.#app.masterKey),
      signal,
    });
  }

  /**
   * Publishes many events (protocol 6.4), each ten of them with one request. The events are left as they are.
   *
   * @throws Error if one is for an encrypted channel and there is no master key
   */
  triggerBatch(batch: readonly BatchEventOf<E>[], options: BatchOptions = {}): Promise<Response> {
    const events: readonly BatchEvent[] = batch;
    const bodies = batchEvents(events, this.#app.masterKey);
    const { signal } = options;
    return sendInParts(events, bodies, options, (part) =>
      this.post({ path: "/batch_events", body: { batch: part }, signal }),
    );
  }

  /**
   * Sends an event to all connections of a signed-in user.
   *
   * @param data a string is sent as it is, any other value as JSON
   * @throws Error `Too long event name` or `Invalid user id`
   */
  sendToUser<Event extends keyof UserEvents<E> & string>(
    userId: string,
    event: Event,
    data: UserEvents<E>[Event],
    { signal }: Signal = {},
  ): Promise<Response> {
    return this.post({ path: "/events", body: userEvent(userId, event, data), signal });
  }

  /**
   * Closes all connections of a signed-in user (protocol 6.8). Take the user's right to sign in away first: a client that is only cut
   * off may come back.
   *
   * @throws Error `Invalid user id`
   */
  terminateUserConnections(userId: string, { signal }: Signal = {}): Promise<Response> {
    checkUserId(userId);
    const path = `/users/${encodeURIComponent(userId)}/terminate_connections`;
    return send(this.#app, { method: "POST", path, body: {}, signal, repeatable: true });
  }

  /** The channels that somebody is in (protocol 6.5), by their names, each with what was asked. */
  async channels<Asked extends channelsApi.Attribute = never>({
    prefix,
    info,
    signal,
  }: channelsApi.ChannelsQuery<Asked> = {}): Promise<ReadonlyMap<string, channelsApi.Attributes<Asked>>> {
    const answer = await this.get({ path: "/channels", params: channelsApi.queryOf(prefix, info), signal });
    const { channels } = await channelsApi.readAnswer(answer, "channels");
    return new Map(Object.entries(channels as Record<string, channelsApi.Attributes<Asked>>));
  }

  /** Whether somebody is in the channel (protocol 6.6), and what was asked of it. */
  async channel<Asked extends channelsApi.ChannelAttribute = never>(
    name: string,
    { info, signal }: channelsApi.ChannelQuery<Asked> = {},
  ): Promise<channelsApi.ChannelState<Asked>> {
    const path = channelsApi.pathOf(namedChannel(name).name);
    const answer = await this.get({ path, params: channelsApi.queryOf(undefined, info), signal });
    return (await channelsApi.readAnswer(answer, "occupied")) as channelsApi.ChannelState<Asked>;
  }

  /** The ids of the users that are in the presence channel (protocol 6.7). */
  async members(name: string, { signal }: Signal = {}): Promise<readonly string[]> {
    const answer = await this.get({ path: `${channelsApi.pathOf(namedChannel(name).name)}/users`, signal });
    const { users } = await channelsApi.readAnswer(answer, "users");
    return (users as readonly { readonly id: string }[]).map(({ id }) => id);
  }

  /**
   * Makes a signed GET request to the HTTP API (protocol 6).
   *
   * @throws Error if the path is not one, or a parameter has a name that the signature needs
   */
  get({ path, params, signal }: GetOptions): Promise<Response> {
    return send(this.#app, { method: "GET", path, params, signal });
  }

  /**
   * Makes a signed POST request to the HTTP API (protocol 6).
   *
   * @throws Error if the path is not one, or a parameter has a name that the signature needs
   */
  post({ path, params, body, signal }: PostOptions): Promise<Response> {
    return send(this.#app, { method: "POST", path, params, body, signal });
  }

  /** What the server tells the app of (protocol 7), to be checked and read. `createWebhookHandler` does both for a `Request`. */
  webhook(request: WebhookRequest): WebHook {
    return new WebHook(this.#app.keys, request);
  }

  /**
   * The query, signed, of a request that is made by other means; parameters in it are escaped.
   *
   * @throws Error if a parameter has a name that the signature needs
   */
  createSignedQueryString(request: QueryToSign): string {
    return signedQuery(this.#app, request);
  }

  /** The key of an encrypted channel, of 32 bytes. @throws Error if there is no master key */
  channelSharedSecret(channel: string): Uint8Array {
    const { masterKey } = this.#app;
    if (masterKey) return channelKey(masterKey, channel);
    throw new Error("Cannot generate shared_secret because encryptionMasterKey is not set");
  }
}
