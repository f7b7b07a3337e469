import { verifyChannel } from "@usher/credentials";
import {
  channelString,
  isLargerThan,
  isRecord,
  type Member,
  memberOf,
  ProtocolError,
  parseJson,
  parseMember,
} from "@usher/protocol";
import { quote } from "../apps/app.ts";
import type { Core } from "../core.ts";
import type { Connection } from "./connection.ts";
import { explain } from "./explain.ts";

/** What a client says when it wants to hear a channel. */
export interface SubscribeRequest {
  readonly channel: string;
  /** Empty on public channels. */
  readonly auth: string;
  /** Empty for none. */
  readonly channelData: string;
}

/** @throws ProtocolError `malformed` */
export function parseSubscribe(data: unknown): SubscribeRequest {
  if (!isRecord(data)) throw new ProtocolError("malformed", "The data of pusher:subscribe must be an object");
  const { channel, auth = "", channel_data: channelData = "" } = data;
  if (typeof channel !== "string")
    throw new ProtocolError("malformed", "pusher:subscribe needs data.channel, a string");
  if (auth !== null && typeof auth !== "string") throw new ProtocolError("malformed", "auth must be a string");
  if (channelData !== null && typeof channelData !== "string") {
    throw new ProtocolError("malformed", "channel_data must be a string of JSON");
  }
  return { channel, auth: auth ?? "", channelData: channelData ?? "" };
}

/**
 * Checks the signature of a subscription to a channel that is not public.
 *
 * @throws ProtocolError `unauthorized`, with what had to be signed
 */
export function verify(
  { digests }: Core,
  { id: socketId, app }: Connection,
  { channel, auth, channelData }: SubscribeRequest,
): void {
  if (!auth) throw new ProtocolError("unauthorized", `${quote(channel)} needs auth, signed by the app server`);
  const fault = verifyChannel(auth, app.keys, { socketId, channel, channelData }, digests.hmac);
  if (fault) throw new ProtocolError("unauthorized", explain(fault, channelString(socketId, channel, channelData)));
  // Any text would do for the signature; only JSON keeps it apart from every string that is signed for a user.
  if (channelData && parseJson(channelData) === undefined)
    throw new ProtocolError("unauthorized", "channel_data is not JSON");
}

/**
 * As whom the connection enters a presence channel.
 *
 * @throws ProtocolError `unauthorized`; `overCapacity` if it says too much of itself
 */
export function memberFor(connection: Connection, request: SubscribeRequest): Member {
  const member = claimedMember(connection, request);
  const before = connection.subscriptions.get(request.channel)?.member;
  if (before && before.userId !== member.userId) {
    throw new ProtocolError(
      "unauthorized",
      `This connection is in ${quote(request.channel)} as ${before.userId} already`,
    );
  }
  return member;
}

/** Who the app server says it is; else who signed in on this connection. */
function claimedMember({ app, user }: Connection, { channel, channelData }: SubscribeRequest): Member {
  const { memberBytes } = app.limits;
  const isTooLarge = (text: string): boolean => memberBytes > 0 && isLargerThan(text, memberBytes);
  if (isTooLarge(channelData)) throw new ProtocolError("overCapacity", `channel_data may have ${memberBytes} bytes`);
  if (channelData) return parseMember(channelData);
  if (!user)
    throw new ProtocolError("unauthorized", `${quote(channel)} needs channel_data with a user_id, or a signed-in user`);
  const member = memberOf(user);
  if (member.info === undefined || !isTooLarge(member.info)) return member;
  throw new ProtocolError("overCapacity", `The user_info of a member may have ${memberBytes} bytes`);
}
