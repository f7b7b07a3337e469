import { isRecord } from "@usher/protocol";
import { AuthError } from "./auth-error.ts";
import { type AuthEndpoint, requestAuth } from "./auth-request.ts";

export interface UserAuthenticationRequestParams {
  readonly socketId: string;
}

export interface ChannelAuthorizationRequestParams {
  readonly socketId: string;
  readonly channelName: string;
}

/** What the app's server signs for a sign-in. */
export interface UserAuthenticationData {
  readonly auth: string;
  /** The exact JSON text that was signed. */
  readonly user_data: string;
}

/** What the app's server signs for a subscription. */
export interface ChannelAuthorizationData {
  readonly auth: string;
  /** On presence channels, the exact JSON text that was signed; without it the signed-in user is the member. */
  readonly channel_data?: string | undefined;
  /** On encrypted channels, the key in base64. */
  readonly shared_secret?: string | undefined;
}

/** Takes the outcome of a custom handler: an error, or else what was signed. Only the first call counts. */
type AuthCallback<Data> = (error: Error | null, data: Data | null) => void;
/** Gets a signature in the app's own way. It may be async: a rejection counts as an error. */
type AuthHandler<Params, Data> = (params: Params, callback: AuthCallback<Data>) => void | Promise<void>;

export type UserAuthenticationCallback = AuthCallback<UserAuthenticationData>;
export type ChannelAuthorizationCallback = AuthCallback<ChannelAuthorizationData>;
export type UserAuthenticationHandler = AuthHandler<UserAuthenticationRequestParams, UserAuthenticationData>;
export type ChannelAuthorizationHandler = AuthHandler<ChannelAuthorizationRequestParams, ChannelAuthorizationData>;

/** An endpoint that signs, or a handler in its stead. */
type AuthOptions<Params, Data> = AuthEndpoint & { customHandler?: AuthHandler<Params, Data> };
export type UserAuthenticationOptions = AuthOptions<UserAuthenticationRequestParams, UserAuthenticationData>;
export type ChannelAuthorizationOptions = AuthOptions<ChannelAuthorizationRequestParams, ChannelAuthorizationData>;

/**
 * Gets a signature for one socket. Rejects with what kept it from getting one: an `AuthError`, or what the app's code threw.
 * Once the signal is aborted the outcome means nothing.
 */
type Authorize<Params, Data> = (params: Params, signal: AbortSignal) => Promise<Data>;
export type AuthenticateUser = Authorize<UserAuthenticationRequestParams, UserAuthenticationData>;
export type AuthorizeChannel = Authorize<ChannelAuthorizationRequestParams, ChannelAuthorizationData>;

/** @throws Error if the transport is not known */
export function userAuthentication(options: UserAuthenticationOptions = {}): AuthenticateUser {
  return authorizer(options, {
    purpose: "user-authentication",
    endpoint: "/pusher/user-auth",
    form: ({ socketId }) => [["socket_id", socketId]],
    members: { auth: true, user_data: true },
  });
}

/** @throws Error if the transport is not known */
export function channelAuthorization(options: ChannelAuthorizationOptions = {}): AuthorizeChannel {
  return authorizer(options, {
    purpose: "channel-authorization",
    endpoint: "/pusher/auth",
    form: ({ socketId, channelName }) => [
      ["socket_id", socketId],
      ["channel_name", channelName],
    ],
    members: { auth: true, channel_data: false, shared_secret: false },
  });
}

/** How the two kinds of signatures differ. */
interface Kind<Params, Data extends object> {
  readonly purpose: string;
  readonly endpoint: string;
  form(params: Params): [string, string][];
  /** What a reply holds, all of it strings: whether it must. */
  readonly members: Readonly<Record<keyof Data, boolean>>;
}

function authorizer<Params, Data extends object>(
  options: AuthOptions<Params, Data>,
  kind: Kind<Params, Data>,
): Authorize<Params, Data> {
  const { customHandler, transport = "ajax" } = options;
  if (customHandler) {
    return async (params) => read(kind, await call(customHandler, params), `The customHandler for ${kind.purpose}`);
  }
  if (transport !== "ajax") throw new Error(`'${transport}' is not a recognized auth transport`);
  return async (params, signal) => {
    const { value, status } = await requestAuth(kind.purpose, kind.endpoint, options, kind.form(params), signal);
    return read(kind, value, `The ${kind.purpose} endpoint ${options.endpoint || kind.endpoint}`, status);
  };
}

function call<Params, Data>(handler: AuthHandler<Params, Data>, params: Params): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const returned = handler(params, (error, data) => (error ? reject(error) : resolve(data)));
    Promise.resolve(returned).catch(reject);
  });
}

function read<Params, Data extends object>(
  kind: Kind<Params, Data>,
  value: unknown,
  source: string,
  status?: number,
): Data {
  const reply = isRecord(value) ? value : {};
  const data: Record<string, string> = {};
  for (const [name, isRequired] of Object.entries(kind.members)) {
    const member = reply[name] ?? undefined;
    if (typeof member === "string") data[name] = member;
    else if (isRequired || member !== undefined)
      throw new AuthError(`${source} answered without the string "${name}"`, status);
  }
  return data as Data;
}
