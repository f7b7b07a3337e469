import type { AuthEndpoint } from "./auth-request.ts";
import type { ChannelAuthorizationCallback, ChannelAuthorizationOptions } from "./authorize.ts";
import type { Channel } from "./channel.ts";
import type { StateChange } from "./connection.ts";
import type { Emitter } from "./emitter.ts";
import type { Events } from "./events.ts";
import { type Options, readOptions } from "./options.ts";
import { Usher } from "./usher.ts";

/** `auth` of pusher-js before `channelAuthorization`; laravel-echo still gives it. */
export type DeprecatedAuthOptions = Pick<AuthEndpoint, "params" | "headers">;

/** Gets signatures for a channel in the app's own way. */
export interface Authorizer {
  authorize(socketId: string, callback: ChannelAuthorizationCallback): void;
}

/** What an `authorizer` is told of the other deprecated options. */
export interface DeprecatedAuthorizerOptions {
  readonly authTransport: string;
  readonly authEndpoint: string;
  readonly auth: DeprecatedAuthOptions;
}

/** Makes an `Authorizer`; asked before each signature. */
export type ChannelAuthorizerGenerator = (channel: Channel, options: DeprecatedAuthorizerOptions) => Authorizer;

/** Where the app is after `switchCluster`. */
export interface ClusterOptions {
  readonly appKey: string;
  readonly cluster?: string;
}

/** Everything that pusher-js takes. The deprecated four count where there is no `channelAuthorization`. */
export interface DropInOptions extends Options {
  /** @deprecated Use `channelAuthorization`. */
  auth?: DeprecatedAuthOptions;
  /** @deprecated Use `channelAuthorization`. */
  authEndpoint?: string;
  /** @deprecated Use `channelAuthorization`. */
  authTransport?: "ajax";
  /** @deprecated Use the `customHandler` of `channelAuthorization`. */
  authorizer?: ChannelAuthorizerGenerator;
  // Taken for the sake of code written for pusher-js; they have no effect, since there are neither fallbacks nor statistics.
  enabledTransports?: readonly string[];
  disabledTransports?: readonly string[];
  httpHost?: string;
  httpPort?: number;
  httpsPort?: number;
  httpPath?: string;
  ignoreNullOrigin?: boolean;
  enableStats?: boolean;
  disableStats?: boolean;
  statsHost?: string;
  timelineParams?: object;
}

/** The client with all that pusher-js's class has, its deprecated parts too: it stands in the place of `pusher-js`. */
// biome-ignore lint/suspicious/noExplicitAny: where nothing is said of events, any may come
export class DropIn<E extends Events = any> extends Usher<E> {
  /** The clients that are connected or about to be; a client that was disconnected is not kept from being collected. */
  static readonly instances: DropIn[] = [];
  /** There is nothing to wait for. */
  static readonly isReady: boolean = true;
  /** As the app gave them. */
  options: DropInOptions;
  /** A number that other instances hardly have. */
  readonly sessionID: number = Math.floor(Math.random() * 1_000_000_000);

  /**
   * Connects at once.
   *
   * @throws Error that says which option is missing or wrong
   */
  constructor(key: string, options: DropInOptions) {
    super(
      key,
      modern(options, (name) => this.channels.find(name) as Channel),
    );
    this.options = options;
  }

  /** Connects all instances. */
  static ready(): void {
    for (const instance of DropIn.instances) instance.connect();
  }

  protected override changed(change: StateChange): void {
    const { instances } = DropIn;
    const at = instances.indexOf(this);
    if (at >= 0) instances.splice(at, 1);
    if (change.current !== "disconnected" && change.current !== "failed") instances.push(this);
    super.changed(change);
  }

  /** What is bound to the client itself. */
  get global_emitter(): Emitter {
    return this;
  }

  shouldUseTLS(): boolean {
    return this.connection.isUsingTLS();
  }

  /** Connects again, as a client of another app on the same server. The channels stay asked for. */
  switchCluster({ appKey, ...cluster }: ClusterOptions): void {
    this.key = appKey;
    this.options = { ...this.options, ...cluster };
    this.connection.moveTo(readOptions(appKey, this.options));
  }
}

/** Says the deprecated options in the words of `channelAuthorization`. */
function modern(options: DropInOptions, channelOf: (name: string) => Channel): DropInOptions {
  if (!options) return options; // which is said by whoever reads them
  const { authTransport, userAuthentication, channelAuthorization } = options;
  const transports: unknown[] = [authTransport, userAuthentication?.transport, channelAuthorization?.transport];
  if (transports.includes("jsonp")) {
    throw new Error("The auth transport 'jsonp' is not supported: use 'ajax' and CORS");
  }
  return { ...options, channelAuthorization: channelAuthorization ?? deprecated(options, channelOf) };
}

function deprecated(
  { auth = {}, authEndpoint, authTransport, authorizer }: DropInOptions,
  channelOf: (name: string) => Channel,
): ChannelAuthorizationOptions {
  const { params, headers } = auth; // the objects themselves: what is put into them later counts
  const endpoint: ChannelAuthorizationOptions = {
    ...(authEndpoint !== undefined && { endpoint: authEndpoint }),
    ...(authTransport && { transport: authTransport }),
    ...(params && { params }),
    ...(headers && { headers }),
  };
  if (!authorizer) return endpoint;
  const context = { authTransport: authTransport ?? "ajax", authEndpoint: authEndpoint ?? "/pusher/auth", auth };
  return {
    customHandler: ({ socketId, channelName }, callback) =>
      authorizer(channelOf(channelName), context).authorize(socketId, callback),
  };
}
