import { type Channel, isRecord, isSocketId, limits, parseChannel, parseJson } from "@usher/protocol";
import { mediaType, readText } from "./body.ts";
import { Refusal } from "./refusal.ts";

/** More than any client sends. */
const bodyBytes = 10_240;
/** Each is a question to the app. */
const channelsAtOnce = 50;

/** What a client asks when it signs in. */
export interface UserRequest {
  readonly socketId: string;
}

/** What a client asks when it subscribes to private or presence channels. */
export interface ChannelRequest extends UserRequest {
  readonly channels: readonly Channel[];
  /** Whether it asks for several at once, by `channel_name[]`, and wants an answer for each. */
  readonly isBatch: boolean;
}

// Signatures are made over joined strings: whatever passes here unchecked could turn one into that of another user or channel.

/** @throws Refusal if the body does not hold exactly one socket id (protocol 3.7) */
export async function readUserRequest(request: Request): Promise<UserRequest> {
  return { socketId: socketIdIn(await readFields(request)) };
}

/** @throws Refusal if the body does not hold exactly one socket id, and one private or presence channel (protocol 3.7) or a batch of them */
export async function readChannelRequest(request: Request): Promise<ChannelRequest> {
  const fields = await readFields(request);
  const socketId = socketIdIn(fields);
  const batch = fields("channel_name[]");
  if (batch.length === 0) return { socketId, channels: [channelOf(onlyText(fields, "channel_name"))], isBatch: false };
  if (fields("channel_name").length > 0) throw new Refusal(400, "Give channel_name or channel_name[], not both");
  const names = [...new Set(batch)];
  if (names.length > channelsAtOnce) throw new Refusal(400, `Ask for at most ${channelsAtOnce} channels at once`);
  return { socketId, channels: names.map(channelOf), isBatch: true };
}

/** All values that the body gives for a name. */
type Fields = (name: string) => readonly unknown[];

function socketIdIn(fields: Fields): string {
  const socketId = onlyText(fields, "socket_id");
  if (!isSocketId(socketId)) throw new Refusal(400, "socket_id must be two numbers joined by a point, such as 123.456");
  return socketId;
}

function channelOf(name: unknown): Channel {
  const channel = typeof name === "string" ? parseChannel(name) : undefined;
  if (channel?.kind === "private" || channel?.kind === "presence") return channel;
  throw new Refusal(
    400,
    `channel_name must begin with private- or presence- and have at most ${limits.channelNameLength} letters, digits and _-=@,.;`,
  );
}

function onlyText(fields: Fields, name: string): string {
  const [value, second] = fields(name);
  if (typeof value !== "string") throw new Refusal(400, `${name} is missing or not a string`);
  if (second !== undefined) throw new Refusal(400, `${name} was given more than once`);
  return value;
}

async function readFields(request: Request): Promise<Fields> {
  const type = mediaType(request);
  if (type === "application/x-www-form-urlencoded") {
    const form = new URLSearchParams(await readText(request, bodyBytes));
    return (name) => form.getAll(name);
  }
  if (type === "application/json") return jsonFields(await readText(request, bodyBytes));
  throw new Refusal(415, "Send the body as application/x-www-form-urlencoded or application/json");
}

function jsonFields(text: string): Fields {
  const value = parseJson(text);
  if (!isRecord(value)) throw new Refusal(400, "The body is not a JSON object");
  // The parser keeps the last of several members with one name. In JSON a string before a colon is a name, so names can be counted.
  const strings = text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?/g);
  const names = Array.from(strings, ([, string = "", colon]) => (colon ? parseJson(string) : undefined));
  return (name) => names.filter((other) => other === name).map(() => value[name]);
}
