export type { AuthFault } from "./auth-error.ts";
export type { AuthEndpoint, AuthHeaders, AuthParams } from "./auth-request.ts";
export type {
  ChannelAuthorizationCallback,
  ChannelAuthorizationData,
  ChannelAuthorizationHandler,
  ChannelAuthorizationOptions,
  ChannelAuthorizationRequestParams,
  UserAuthenticationCallback,
  UserAuthenticationData,
  UserAuthenticationHandler,
  UserAuthenticationOptions,
  UserAuthenticationRequestParams,
} from "./authorize.ts";
export type { Channel } from "./channel.ts";
export type { Connection, StateChange } from "./connection.ts";
export type { ConnectionError, ServerFault } from "./connection-error.ts";
export type { Disposer, EventCallback, EventMetadata, GlobalCallback } from "./emitter.ts";
export { BadChannelName, BadEventName, UnsupportedFeature } from "./errors.ts";
export type {
  ChannelEvents,
  ChannelName,
  ChannelProtocolEvents,
  Events,
  PresenceProtocolEvents,
  UserEvents,
  UserProtocolEvents,
} from "./events.ts";
export type { Member, Members } from "./members.ts";
export type { Options } from "./options.ts";
export type { PresenceChannel } from "./presence-channel.ts";
export { SigninError, type SigninErrorCode } from "./signin-error.ts";
export type { SigninState, SigninStateChange } from "./signin-state.ts";
export type { ConnectionState } from "./transition.ts";
export type { User } from "./user.ts";
// What `require` gives is exported under the last name: the class itself.
export { Usher, Usher as default, Usher as "module.exports" } from "./usher.ts";
export type { Patience } from "./waiting.ts";
export type { Watchlist } from "./watchlist.ts";
