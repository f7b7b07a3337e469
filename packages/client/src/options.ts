import { activityTimeoutSeconds, pongTimeoutSeconds } from "@usher/protocol";
import {
  type AuthenticateUser,
  type AuthorizeChannel,
  type ChannelAuthorizationOptions,
  channelAuthorization,
  type UserAuthenticationOptions,
  userAuthentication,
} from "./authorize.ts";
import { version } from "./version.ts";

/** What `new Usher(key, options)` takes, under Pusher's names. What it does not know it ignores. Times in milliseconds. */
export interface Options {
  /** The host of your Usher server. There is no default: this library never calls a host that you did not name. */
  wsHost: string;
  /** The port without TLS. Default: 80. */
  wsPort?: number;
  /** The port with TLS. Default: 443. */
  wssPort?: number;
  /** What stands before `/app/` in the path; starts with `/` if it is given. Default: empty. */
  wsPath?: string;
  /** `false` connects without TLS, unless the page itself came over https. Default: true. */
  forceTLS?: boolean;
  /** Taken for the sake of code written for pusher-js. It has no effect. */
  cluster?: string;
  /** Silence after which the server is pinged, if the server does not ask for less. Default: 120 000. */
  activityTimeout?: number;
  /** How long to wait for the answer to a ping. Default: 30 000. */
  pongTimeout?: number;
  /** How long `connecting` lasts before it becomes `unavailable`. Default: 10 000. */
  unavailableTimeout?: number;
  /** How `signin()` gets its signature. Default: a request to `/pusher/user-auth`. */
  userAuthentication?: UserAuthenticationOptions;
  /** How private and presence channels get theirs. Default: a request to `/pusher/auth`. */
  channelAuthorization?: ChannelAuthorizationOptions;
}

/** The options after reading: complete, and right. */
export interface Settings {
  readonly key: string;
  readonly host: string;
  readonly ports: { readonly ws: number; readonly wss: number };
  readonly path: string;
  readonly tls: boolean;
  readonly activityTimeout: number;
  readonly pongTimeout: number;
  readonly unavailableTimeout: number;
  readonly authenticateUser: AuthenticateUser;
  readonly authorizeChannel: AuthorizeChannel;
}

/**
 * Reads what the app gave. A 0 or an empty string counts as not given, as in pusher-js.
 *
 * @throws Error that says which option is missing or wrong
 */
export function readOptions(key: string, options: Options): Settings {
  if (!key) throw new Error("You must pass your app key when you instantiate Pusher.");
  if (!options) throw new Error("You must pass an options object");
  if (!options.wsHost) {
    throw new Error("Options object must provide a wsHost: the host of your server");
  }
  return {
    key,
    host: options.wsHost,
    ports: { ws: options.wsPort || 80, wss: options.wssPort || 443 },
    path: options.wsPath || "",
    tls: options.forceTLS !== false || globalThis.location?.protocol === "https:",
    activityTimeout: options.activityTimeout || activityTimeoutSeconds * 1_000,
    pongTimeout: options.pongTimeout || pongTimeoutSeconds * 1_000,
    unavailableTimeout: options.unavailableTimeout || 10_000,
    authenticateUser: userAuthentication(options.userAuthentication),
    authorizeChannel: channelAuthorization(options.channelAuthorization),
  };
}

/** The address of the server for this app (protocol 1.1). */
export function socketUrl({ key, host, ports, path }: Settings, tls: boolean): string {
  const origin = tls ? `wss://${host}:${ports.wss}` : `ws://${host}:${ports.ws}`;
  return `${origin}${path}/app/${key}?protocol=7&client=js&version=${version}&flash=false`;
}
