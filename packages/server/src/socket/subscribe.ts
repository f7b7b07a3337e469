import { type Channel, type ClientFrame, encodePresence, type Member, ProtocolError } from "@usher/protocol";
import { type App, channelOf, exceeds, noSuchName } from "../apps/app.ts";
import type { Remembered } from "../cache/cache.ts";
import { membersHere } from "../census.ts";
import type { Core } from "../core.ts";
import { appear, settle } from "../edges.ts";
import type { Key } from "../key.ts";
import type { Connection } from "./connection.ts";
import { memberFor, parseSubscribe, verify } from "./subscribe-request.ts";

/**
 * `pusher:subscribe`: the client wants to hear a channel.
 *
 * Coming is three steps: the hub counts the socket in; the cluster hears of it; then, if the client has not left meanwhile,
 * success is sent and delivery begins, with nothing between the two.
 *
 * @see docs/protocol.md, 2.2
 * @throws ProtocolError with the reason; the connection stays open, and a subscription it has already is kept
 */
export async function subscribe(core: Core, connection: Connection, frame: ClientFrame): Promise<void> {
  const request = parseSubscribe(frame.data);
  const { app } = connection;
  const channel = channelOf(app, request.channel);
  if (!channel) throw new ProtocolError("invalidChannel", noSuchName(app, request.channel));
  if (channel.kind === "user") return acknowledgeUser(connection, channel);

  if (channel.kind !== "public") verify(core, connection, request);
  const member = channel.kind === "presence" ? memberFor(connection, request) : undefined;

  requireRoom(connection, channel);

  const edges = core.hub.join(connection, channel.name, member);
  const subscription = connection.subscriptions.get(channel.name);
  const { presenceMembers } = app.limits;
  await settle(core, edges, presenceMembers);
  if ((await core.claims.standing(keysOf(app, channel, member))) === "full") {
    await settle(core, core.hub.leave(connection, channel.name));
    throw new ProtocolError("overCapacity", `The channel has ${presenceMembers} members, as many as it may have`);
  }
  const last = channel.cache ? await core.cache.recall(app.id, channel.name) : undefined;

  if (connection.closed || !subscription || connection.subscriptions.get(channel.name) !== subscription) return;
  if (member) appear(core, app.id, channel.name, member);
  welcome(connection, channel, member && membersHere(core, app.id, channel.name));
  core.hub.admit(connection, { channel: channel.name });
  if (channel.kind !== "public") core.newcomers.release(connection);
  if (channel.cache) tellLast(core, connection, channel, last);
}

/** @throws ProtocolError `overCapacity` if the connection is in as many other channels as it may be */
function requireRoom({ app, subscriptions }: Connection, { name }: Channel): void {
  const { subscriptionsPerConnection: most } = app.limits;
  if (subscriptions.has(name) || !exceeds(subscriptions.size + 1, most)) return;
  throw new ProtocolError("overCapacity", `A connection may be in ${most} channels`);
}

/** What the connection holds in the channel: somebody else on this node may have come just before, and be waiting for it still. */
function keysOf({ id: app }: App, { name: channel }: Channel, member: Member | undefined): Key[] {
  const keys: Key[] = [{ kind: "channel", app, channel }];
  if (member) keys.push({ kind: "member", app, channel, userId: member.userId });
  return keys;
}

function welcome(
  connection: Connection,
  { name: channel }: Channel,
  members: ReadonlyMap<string, string | undefined> | undefined,
): void {
  connection.send(
    members ? encodePresence(channel, members) : { event: "pusher_internal:subscription_succeeded", channel, data: {} },
  );
}

/** Who comes to a cache channel gets its last event, alone; or hears that there is none, as does the app server. */
function tellLast(core: Core, connection: Connection, { name: channel }: Channel, last: Remembered | undefined): void {
  connection.send(last?.frame ?? { event: "pusher:cache_miss", channel, data: {} });
  if (last) return;
  core.webhooks.tell(connection.app, { name: "cache_miss", channel });
}

/** The channel of the signed-in user is heard since the sign-in: here it is only acknowledged. */
function acknowledgeUser(connection: Connection, channel: Channel): void {
  const { name, userId } = channel;
  if (connection.user?.id !== userId) throw new ProtocolError("unauthorized", `Sign in as ${userId} to hear ${name}`);
  welcome(connection, channel, undefined);
}
