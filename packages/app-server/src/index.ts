export type { AppKey } from "@usher/credentials";
export type { Events, UserData } from "@usher/protocol";
export type { ChannelAuth, PresenceData, SignInData, UserAuth } from "./answers.ts";
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
export type { BatchEvent, TriggerParams } from "./events.ts";
export {
  type Caller,
  createHandlers,
  type Handlers,
  type HandlersOptions,
  type SignedIn,
  type UserDetails,
} from "./handlers.ts";
export type { UsherOptions } from "./options.ts";
export type { QueryParams, QueryToSign } from "./request.ts";
export { RequestError, type RequestFailure } from "./request-error.ts";
export { Token } from "./token.ts";
export { type GetOptions, type PostOptions, Usher, Usher as default, Usher as Pusher } from "./usher.ts";
export { WebHook, WebHookError, type WebhookData, type WebhookRequest } from "./webhook.ts";
export type { WebhookEvent } from "./webhook-event.ts";
export { createWebhookHandler, type WebhookHandlerOptions } from "./webhook-handler.ts";
