import type { Channel } from "@usher/protocol";
import { type App, channelOf, noSuchName } from "../apps/app.ts";
import { channelOf as channelIn, channelsOf, membersOf, subscriptionsOf } from "../census.ts";
import type { Core } from "../core.ts";
import type { OccupiedChannel } from "../roster/roster.ts";
import { ApiError } from "./api-error.ts";
import { type Attributes, attributesOf } from "./attributes.ts";
import { type Call, parseInfo, spend } from "./call.ts";

/** Of so many channels the store is asked at once. */
const atOnce = 500;

/**
 * `GET /channels`: every channel that somebody is in, with what was asked of each.
 *
 * @see docs/protocol.md, 5.5
 */
export async function getChannels(core: Core, { app, params }: Call): Promise<object> {
  const prefix = params.get("filter_by_prefix") ?? "";
  const info = parseInfo(params.get("info"), ["user_count", "subscription_count"]);
  if (info.has("user_count") && !prefix.startsWith("presence-")) {
    throw new ApiError(400, "user_count is known of presence channels only: add filter_by_prefix=presence-");
  }
  requireCounts(app, info);
  spend(core, app, "readsPerSecond", 1);
  const [occupied, completeness] = await channelsOf(core, app.id, prefix);
  const described: (readonly [string, Attributes])[] = [];
  for (let from = 0; from < occupied.length; from += atOnce) {
    const some = occupied.slice(from, from + atOnce).map((one) => describe(core, app, one, info));
    described.push(...(await Promise.all(some)));
  }
  return { channels: Object.fromEntries(described), ...completeness };
}

async function describe(
  core: Core,
  app: App,
  { channel, userCount }: OccupiedChannel,
  info: ReadonlySet<string>,
): Promise<readonly [string, Attributes]> {
  const attributes: Attributes = info.has("user_count") ? { user_count: userCount ?? 0 } : {};
  if (!info.has("subscription_count")) return [channel, attributes];
  const [count, completeness] = await subscriptionsOf(core, app.id, channel);
  return [channel, { ...attributes, subscription_count: count, ...completeness }];
}

/** `GET /channels/{name}`: whether somebody is in it, and what was asked of it. A channel that nobody is in is not an error. */
export async function getChannel(core: Core, call: Call): Promise<object> {
  const { app, params } = call;
  const channel = channelNamed(call);
  const { name, kind } = channel;
  const info = parseInfo(params.get("info"), ["user_count", "subscription_count", "cache"]);
  if (info.has("user_count") && kind !== "presence")
    throw new ApiError(400, `${name} is no presence channel: it has no user_count`);
  if (info.has("cache") && !channel.cache) throw new ApiError(400, `${name} is no cache channel: it has no cache`);
  requireCounts(app, info);
  spend(core, app, "readsPerSecond", 1);
  const known = await channelIn(core, app.id, name);
  const [{ occupied }, completeness] = known;
  const cache = info.has("cache") ? { cache: await cacheOf(core, app, name) } : {};
  return { occupied, ...(await attributesOf(core, app, channel, info, known)), ...cache, ...completeness };
}

/** `GET /channels/{name}/users`: the distinct users of a presence channel. */
export async function getChannelUsers(core: Core, call: Call): Promise<object> {
  const { name, kind } = channelNamed(call);
  if (kind !== "presence") throw new ApiError(400, `${name} is no presence channel: it has no users`);
  spend(core, call.app, "readsPerSecond", 1);
  const [members, completeness] = await membersOf(core, call.app.id, name);
  return { users: Array.from(members.keys(), (id) => ({ id })), ...completeness };
}

/** The last event of a cache channel, and for how many seconds more it is kept. */
async function cacheOf({ cache, clock }: Core, app: App, channel: string): Promise<object | null> {
  const last = await cache.recall(app.id, channel);
  if (!last) return null;
  const { data } = JSON.parse(last.frame) as { data: string };
  return { data, ttl: Math.ceil((last.until - clock.now()) / 1000) };
}

function requireCounts({ id, subscriptionCount }: App, info: ReadonlySet<string>): void {
  if (!info.has("subscription_count") || subscriptionCount) return;
  throw new ApiError(400, `App ${id} does not count subscriptions: see its setting subscriptionCount`);
}

function channelNamed({ name, app }: Call): Channel {
  const channel = channelOf(app, name);
  if (!channel || channel.kind === "user") throw new ApiError(400, noSuchName(app, name));
  return channel;
}
