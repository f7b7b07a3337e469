export {
  type Channel,
  type ChannelKind,
  parseChannel,
  parseOpenChannel,
  userChannel,
  userChannelPrefix,
} from "./channel.ts";
export { type CloseAction, closeAction, type ErrorName, errors, ProtocolError, type Refused } from "./errors.ts";
export type { ChannelEvents, ChannelName, Events, UserEvents } from "./event-map.ts";
export {
  type ClientFrame,
  decodeClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  encodeEvent,
  encodeMemberAdded,
  encodePresence,
  encodeServerFrame,
  type ReceivedFrame,
  refusalFrame,
  type ServerFrame,
  type SubscriptionErrorData,
  type WatchlistEvent,
} from "./frames.ts";
export { byteLength, isLargerThan, isRecord, parseJson, writeJson } from "./json.ts";
export { activityTimeoutSeconds, limits, pongTimeoutSeconds } from "./limits.ts";
export { type Member, memberOf, parseMember } from "./member.ts";
export { channelString, requestString, userString, webhookString } from "./signing.ts";
export { isSocketId } from "./socket-id.ts";
export { isUserId, parseUserData, type UserData } from "./user.ts";
