import all = require("../dist/index.js");

// biome-ignore lint/suspicious/noExplicitAny: as the class has it
declare class Usher<E extends all.Events = any> extends all.Usher<E> {}

declare namespace Usher {
  export import BatchError = all.BatchError;
  export import createHandlers = all.createHandlers;
  export import createWebhookHandler = all.createWebhookHandler;
  export import RequestError = all.RequestError;
  export import Token = all.Token;
  export import WebHook = all.WebHook;
  export import WebHookError = all.WebHookError;

  export type AppKey = all.AppKey;
  export type Attribute = all.Attribute;
  export type Attributes<Asked extends all.ChannelAttribute> = all.Attributes<Asked>;
  export type BatchEvent = all.BatchEvent;
  export type BatchOptions = all.BatchOptions;
  export type BatchProgress = all.BatchProgress;
  export type CachedEvent = all.CachedEvent;
  export type Caller = all.Caller;
  export type ChannelAttribute = all.ChannelAttribute;
  export type ChannelAuth = all.ChannelAuth;
  export type ChannelQuery<Asked extends all.ChannelAttribute> = all.ChannelQuery<Asked>;
  export type ChannelsQuery<Asked extends all.Attribute> = all.ChannelsQuery<Asked>;
  export type ChannelState<Asked extends all.ChannelAttribute> = all.ChannelState<Asked>;
  export type Events = all.Events;
  export type FailedPart = all.FailedPart;
  export type GetOptions = all.GetOptions;
  export type Handlers = all.Handlers;
  export type HandlersOptions<Auth extends all.Caller> = all.HandlersOptions<Auth>;
  export type PostOptions = all.PostOptions;
  export type PresenceData = all.PresenceData;
  export type QueryParams = all.QueryParams;
  export type QueryToSign = all.QueryToSign;
  export type RequestFailure = all.RequestFailure;
  export type SignedIn<Auth extends all.Caller> = all.SignedIn<Auth>;
  export type SignInData = all.SignInData;
  export type TriggerParams = all.TriggerParams;
  export type UserAuth = all.UserAuth;
  export type UserData = all.UserData;
  export type UserDetails = all.UserDetails;
  export type UsherOptions = all.UsherOptions;
  export type WebhookData = all.WebhookData;
  export type WebhookEvent = all.WebhookEvent;
  export type WebhookHandlerOptions = all.WebhookHandlerOptions;
  export type WebhookRequest = all.WebhookRequest;
  // Their names in the `pusher` package.
  export type AuthResponse = all.ChannelAuth;
  export type ChannelAuthResponse = all.ChannelAuth;
  export type Event = all.WebhookEvent;
  export type Options = all.UsherOptions;
  export type Params = all.QueryParams;
  export type PresenceChannelData = all.PresenceData;
  export type SignedQueryStringOptions = all.QueryToSign;
  export type UserAuthResponse = all.UserAuth;
  export type UserChannelData = all.SignInData;
  export type WebHookData = all.WebhookData;
  export type WebHookRequest = all.WebhookRequest;
  export { Usher, Usher as default, Usher as Pusher };
}

export = Usher;
