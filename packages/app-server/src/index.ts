export type { AppKey } from "@usher/credentials";
export type { Events, UserData } from "@usher/protocol";
// The second names are those of the `pusher` package.
export type {
  ChannelAuth,
  ChannelAuth as AuthResponse,
  ChannelAuth as ChannelAuthResponse,
  PresenceData,
  PresenceData as PresenceChannelData,
  SignInData,
  SignInData as UserChannelData,
  UserAuth,
  UserAuth as UserAuthResponse,
} from "./answers.ts";
export { BatchError, type BatchOptions, type BatchProgress, type FailedPart } from "./batch.ts";
export type {
  Attribute,
  Attributes,
  CachedEvent,
  ChannelAttribute,
  ChannelQuery,
  ChannelState,
  ChannelsQuery,
} from "./channels.ts";
export type { BatchEvent, BatchEventOf, TriggerParams } from "./events.ts";
export {
  type Caller,
  createHandlers,
  type Handlers,
  type HandlersOptions,
  type SignedIn,
  type UserDetails,
} from "./handlers.ts";
export type { UsherOptions, UsherOptions as Options } from "./options.ts";
export type {
  QueryParams,
  QueryParams as Params,
  QueryToSign,
  QueryToSign as SignedQueryStringOptions,
} from "./request.ts";
export { RequestError, type RequestFailure } from "./request-error.ts";
export { Token } from "./token.ts";
export { type GetOptions, type PostOptions, Usher, Usher as default, Usher as Pusher } from "./usher.ts";
export {
  WebHook,
  WebHookError,
  type WebhookData,
  type WebhookData as WebHookData,
  type WebhookRequest,
  type WebhookRequest as WebHookRequest,
} from "./webhook.ts";
export type { WebhookEvent, WebhookEvent as Event } from "./webhook-event.ts";
export { createWebhookHandler, type WebhookHandlerOptions } from "./webhook-handler.ts";
