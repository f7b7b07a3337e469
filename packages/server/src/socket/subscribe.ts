import { verifyChannel } from "@usher/credentials";
import {
  type Channel,
  type ClientFrame,
  channelString,
  encodePresence,
  isLargerThan,
  isRecord,
  type Member,
  memberOf,
  ProtocolError,
  parseJson,
  parseMember,
} from "@usher/protocol";
import { channelOf } from "../apps/app.ts";
import type { Core } from "../core.ts";
import { settle } from "../edges.ts";
import type { Connection, Subscription } from "./connection.ts";
import { explain } from "./explain.ts";

/**
 * `pusher:subscribe`: the client wants to hear a channel.
 *
 * Coming is three steps: the hub counts the socket in; the cluster hears of it; then, if the client has not left meanwhile,
 * success is sent and delivery begins, with nothing between the two.
 *
 * @throws ProtocolError with the reason; the connection stays open, and a subscription it has already is kept
 */
export async function subscribe(core: Core, connection: Connection, frame: ClientFrame): Promise<void> {
  const request = parseSubscribe(frame.data);
  const { limits } = connection.app;
  const channel = channelOf(connection.app, request.channel);
  if (!channel) throw new ProtocolError("invalidChannel", `No channel can have the name ${quote(request.channel)}`);
  if (channel.kind === "user") return acknowledgeUser(connection, channel);

  if (channel.kind !== "public") verify(core, connection, request);
  const member = channel.kind === "presence" ? memberFor(connection, request) : undefined;

  const edges = core.hub.join(connection, channel.name, member);
  const subscription = connection.subscriptions.get(channel.name);
  if ((await settle(core, edges, limits.presenceMembers)) === "full") {
    await settle(core, core.hub.leave(connection, channel.name));
    throw new ProtocolError(
      "overCapacity",
      `The channel has ${limits.presenceMembers} members, as many as it may have`,
    );
  }
  const members = member && (await core.roster.members(connection.app.id, channel.name));
  admit(core, connection, subscription, members);
}

/** `pusher:unsubscribe`: no answer, neither when it was subscribed nor when it was not. */
export async function unsubscribe(core: Core, connection: Connection, frame: ClientFrame): Promise<void> {
  const channel = isRecord(frame.data) ? frame.data["channel"] : undefined;
  if (typeof channel !== "string")
    throw new ProtocolError("malformed", "pusher:unsubscribe needs data.channel, a string");
  await settle(core, core.hub.leave(connection, channel));
}

function admit(
  { hub }: Core,
  connection: Connection,
  subscription: Subscription | undefined,
  members: ReadonlyMap<string, string | undefined> | undefined,
): void {
  if (connection.closed || !subscription || connection.subscriptions.get(subscription.channel) !== subscription) return;
  const { channel } = subscription;
  connection.send(
    members ? encodePresence(channel, members) : { event: "pusher_internal:subscription_succeeded", channel, data: {} },
  );
  hub.admit(connection, { channel });
}

/** The channel of the signed-in user is heard since the sign-in: here it is only acknowledged. */
function acknowledgeUser(connection: Connection, { name, userId }: Channel): void {
  if (connection.user?.id !== userId) throw new ProtocolError("unauthorized", `Sign in as ${userId} to hear ${name}`);
  connection.send({ event: "pusher_internal:subscription_succeeded", channel: name, data: {} });
}

function verify(
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

function memberFor(connection: Connection, request: SubscribeRequest): Member {
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
  if (memberBytes > 0 && isLargerThan(channelData, memberBytes)) {
    throw new ProtocolError("overCapacity", `channel_data may have ${memberBytes} bytes`);
  }
  if (channelData) return parseMember(channelData);
  if (user) return memberOf(user);
  throw new ProtocolError("unauthorized", `${quote(channel)} needs channel_data with a user_id, or a signed-in user`);
}

interface SubscribeRequest {
  readonly channel: string;
  /** Empty on public channels. */
  readonly auth: string;
  /** Empty for none. */
  readonly channelData: string;
}

function parseSubscribe(data: unknown): SubscribeRequest {
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

function quote(name: string): string {
  return JSON.stringify(name.length > 200 ? `${name.slice(0, 200)}…` : name);
}
