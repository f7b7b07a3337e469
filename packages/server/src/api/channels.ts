import type { Channel } from "@usher/protocol";
import { channelOf } from "../apps/app.ts";
import type { Core } from "../core.ts";
import { ApiError } from "./api-error.ts";
import { type Call, parseInfo } from "./call.ts";

/** `GET /channels`: every channel that somebody is in. */
export async function getChannels({ roster }: Core, { app, params }: Call): Promise<object> {
  const prefix = params.get("filter_by_prefix") ?? "";
  const info = parseInfo(params.get("info"), ["user_count"]);
  if (info.has("user_count") && !prefix.startsWith("presence-")) {
    throw new ApiError(400, "user_count is known of presence channels only: add filter_by_prefix=presence-");
  }
  const occupied = await roster.channels(app.id, prefix);
  const channels = occupied.map(({ channel, userCount }) => [
    channel,
    info.has("user_count") ? { user_count: userCount } : {},
  ]);
  return { channels: Object.fromEntries(channels) };
}

/** `GET /channels/{name}`: whether somebody is in it. A channel that nobody is in is not an error. */
export async function getChannel({ roster }: Core, call: Call): Promise<object> {
  const { name, kind } = channelNamed(call);
  const info = parseInfo(call.params.get("info"), ["user_count"]);
  if (info.has("user_count") && kind !== "presence")
    throw new ApiError(400, `${name} is no presence channel: it has no user_count`);
  const [occupied] = await roster.holders({ kind: "channel", app: call.app.id, channel: name });
  const members = info.has("user_count") ? { user_count: (await roster.members(call.app.id, name)).size } : {};
  return { occupied: occupied !== undefined, ...members };
}

/** `GET /channels/{name}/users`: the distinct users of a presence channel. */
export async function getChannelUsers({ roster }: Core, call: Call): Promise<object> {
  const { name, kind } = channelNamed(call);
  if (kind !== "presence") throw new ApiError(400, `${name} is no presence channel: it has no users`);
  const members = await roster.members(call.app.id, name);
  return { users: Array.from(members.keys(), (id) => ({ id })) };
}

function channelNamed({ name, app }: Call): Channel {
  const channel = channelOf(app, name);
  if (!channel || channel.kind === "user")
    throw new ApiError(400, `No channel can have the name ${JSON.stringify(name)}`);
  return channel;
}
