import { byteLength, type Channel, isLargerThan, isRecord, isSocketId, writeJson } from "@usher/protocol";
import { type App, channelOf, exceeds, noSuchName } from "../apps/app.ts";
import type { Core } from "../core.ts";
import { publish } from "../publish.ts";
import { ApiError } from "./api-error.ts";
import { type Attributes, attributesOf } from "./attributes.ts";
import { type Call, done, parseBody, parseInfo, spend } from "./call.ts";

/** An event as the app server gave it, checked. */
interface Event {
  readonly name: string;
  readonly data: string;
  readonly channels: readonly Channel[];
  readonly socketId: string | undefined;
  readonly info: ReadonlySet<string>;
}

/** What may be asked of a channel with an event. */
const attributes = ["user_count", "subscription_count"];

/**
 * `POST /events`: one event to up to a hundred channels. Everything is checked before anything is sent.
 *
 * @see docs/protocol.md, 5.3
 */
export function postEvent(core: Core, call: Call): object | Promise<object> {
  const event = parseEvent(parseBody(call), call.app);
  spend(core, call.app, "eventsPerSecond", event.channels.length);
  const others = send(core, call.app, event);
  return others || event.info.size > 0 ? report(core, call.app, event, others) : done;
}

/**
 * `POST /batch_events`: several events to one channel each. All are checked before the first is sent.
 *
 * @see docs/protocol.md, 5.4
 */
export async function postBatch(core: Core, call: Call): Promise<object> {
  const { batch } = parseBody(call);
  if (!Array.isArray(batch)) throw new ApiError(400, "batch must be an array of events");
  const { eventsPerBatch } = call.app.limits;
  if (exceeds(batch.length, eventsPerBatch)) {
    throw new ApiError(400, `A batch may have ${eventsPerBatch} events; this one has ${batch.length}`);
  }
  const events = batch.map((entry, index) => parseBatched(entry, index, call.app));
  spend(core, call.app, "eventsPerSecond", events.length);
  await Promise.all(events.map((event) => send(core, call.app, event)));
  if (events.every(({ info }) => info.size === 0)) return done;
  const answers = events.map(({ channels: [channel], info }) => channel && attributesOf(core, call.app, channel, info));
  return { batch: await Promise.all(answers) };
}

/** @returns what is still to be waited for: the other nodes, if there are any */
function send(core: Core, app: App, { name, data, channels, socketId }: Event): Promise<unknown> | undefined {
  const others: Promise<unknown>[] = [];
  for (const channel of channels) {
    const to = channel.userId === undefined ? { channel: channel.name } : { user: channel.userId };
    const keptSeconds = channel.cache ? app.cache.ttlSeconds : undefined;
    const sent = publish(core, { app: app.id, to, event: name, data, except: socketId, keptSeconds });
    if (sent) others.push(sent);
  }
  return others.length > 0 ? Promise.all(others) : undefined;
}

async function report(
  core: Core,
  app: App,
  { channels, info }: Event,
  others: Promise<unknown> | undefined,
): Promise<object> {
  await others;
  if (info.size === 0) return done;
  const answers = new Map<string, Attributes>();
  for (const channel of channels) answers.set(channel.name, await attributesOf(core, app, channel, info));
  return { channels: Object.fromEntries(answers) };
}

function parseBatched(entry: unknown, index: number, app: App): Event {
  if (!isRecord(entry)) throw new ApiError(400, `batch[${index}] must be an object`);
  if (typeof entry["channel"] !== "string") throw new ApiError(400, `batch[${index}] needs channel, a string`);
  return parseEvent({ ...entry, channels: [entry["channel"]] }, app);
}

function parseEvent(body: Record<string, unknown>, app: App): Event {
  const { name, socket_id: socketId } = body;
  const { limits } = app;
  if (typeof name !== "string" || name === "") throw new ApiError(400, "name must be a string that is not empty");
  if (exceeds(name.length, limits.eventNameLength)) {
    throw new ApiError(
      400,
      `The name of an event may have ${limits.eventNameLength} characters; this one has ${name.length}`,
    );
  }
  if (name.startsWith("pusher:") || name.startsWith("pusher_internal:")) {
    throw new ApiError(400, `Events named ${name.slice(0, name.indexOf(":") + 1)}* are the server's own`);
  }
  if (socketId !== undefined && socketId !== null && !isSocketId(socketId)) {
    throw new ApiError(400, "socket_id must be two numbers joined by a point, as a client has it after connecting");
  }
  return {
    name,
    data: parseData(body["data"], limits.eventBytes),
    channels: parseChannels(body["channels"] ?? body["channel"], app),
    socketId: socketId ?? undefined,
    info: parseInfo(body["info"], attributes),
  };
}

function parseData(data: unknown, limit: number): string {
  if (data === undefined) throw new ApiError(400, "data is missing");
  const text = typeof data === "string" ? data : writeJson(data);
  if (text === undefined) throw new ApiError(400, "data is nested too deeply");
  if (limit > 0 && isLargerThan(text, limit)) {
    throw new ApiError(413, `The data of an event may have ${limit} bytes; this one has ${byteLength(text)}`);
  }
  return text;
}

function parseChannels(named: unknown, app: App): Channel[] {
  const { channelsPerEvent } = app.limits;
  const names = Array.isArray(named) ? named : [named];
  if (names.length === 0 || !names.every((name) => typeof name === "string")) {
    throw new ApiError(400, "channels must be an array of channel names, at least one");
  }
  if (exceeds(names.length, channelsPerEvent)) {
    throw new ApiError(400, `An event may go to ${channelsPerEvent} channels; this one names ${names.length}`);
  }
  const distinct: string[] = names.length === 1 ? names : [...new Set(names)];
  return distinct.map((name) => channelNamed(name, app));
}

function channelNamed(name: string, app: App): Channel {
  const channel = channelOf(app, name);
  if (!channel) throw new ApiError(400, noSuchName(app, name));
  return channel;
}
