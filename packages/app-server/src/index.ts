export type { AppKey } from "@usher/credentials";
export type { UserData } from "@usher/protocol";
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
export type { QueryParams } from "./request.ts";
export { RequestError, type RequestFailure } from "./request-error.ts";
export {
  type ChannelAuth,
  type GetOptions,
  type PostOptions,
  type PresenceData,
  type SignInData,
  type UserAuth,
  Usher,
  Usher as default,
  // What `require()` gives, so that a CommonJS app gets the class as it does from `pusher`.
  Usher as "module.exports",
  Usher as Pusher,
} from "./usher.ts";
