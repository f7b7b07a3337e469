import { isRecord, parseJson } from "@usher/protocol";
import type { QueryParams } from "./request.ts";

/** What can be asked of a channel: how many users are in a presence channel; how many connections, in apps that count them. */
export type Attribute = "user_count" | "subscription_count";

/** What can be asked of one channel: of a cache channel its last event too. */
export type ChannelAttribute = Attribute | "cache";

/** The last event of a cache channel. */
export interface CachedEvent {
  /** The data of the event, as its subscribers get it. */
  readonly data: string;
  /** For how many seconds more it is kept. */
  readonly ttl: number;
}

/** What was asked. */
export type Attributes<Asked extends ChannelAttribute> = {
  readonly [Name in Asked]: Name extends "cache" ? CachedEvent | null : number;
};

/** One channel, at the moment of the answer. */
export type ChannelState<Asked extends ChannelAttribute> = { readonly occupied: boolean } & Attributes<Asked>;

/** What is asked of all channels. */
export interface ChannelsQuery<Asked extends Attribute> {
  /** Only channels whose names begin so. To ask for `user_count` it must begin with `presence-`. */
  readonly prefix?: string | undefined;
  readonly info?: readonly Asked[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is asked of one channel. */
export interface ChannelQuery<Asked extends ChannelAttribute> {
  readonly info?: readonly Asked[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The parameters of the question (protocol 6.5 and 6.6). */
export function queryOf(prefix: string | undefined, info: readonly string[] = []): QueryParams {
  return { ...(prefix && { filter_by_prefix: prefix }), ...(info.length > 0 && { info: info.join() }) };
}

/** The path of a channel, whose name may have any of the characters that names may have. */
export function pathOf(channel: string): string {
  if (/^\.\.?$/.test(channel))
    throw new Error(`The channel ${channel} cannot be asked for: in an address it is a step`);
  return `/channels/${encodeURIComponent(channel)}`;
}

/** The answer, which must have this member. @throws Error if it has not: then no server of the protocol has answered */
export async function readAnswer<Name extends string>(
  response: Response,
  name: Name,
): Promise<{ [N in Name]: unknown }> {
  const answer = parseJson(await response.text());
  if (isRecord(answer) && name in answer) return answer as { [N in Name]: unknown };
  throw new Error(`The server answered without "${name}"`);
}
