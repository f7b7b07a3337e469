import { encodeMemberAdded, encodeServerFrame, parseChannel } from "@usher/protocol";
import type { Topic } from "./broker/broker.ts";
import type { Core } from "./core.ts";
import type { Edge, Key } from "./key.ts";
import type { Change } from "./roster/roster.ts";

/**
 * THE path of coming and going: tells the cluster what changed on this node. What the cluster makes of it comes back by the
 * roster's feed, to `announce`.
 *
 * @param limit members that a presence channel may have; 0 for no limit
 * @returns `full` if a member was one too many; the caller then takes it out of the hub again and settles that
 */
export async function settle(
  core: Pick<Core, "broker" | "roster">,
  edges: readonly Edge[],
  limit = 0,
): Promise<"settled" | "full"> {
  let full = false;
  for (const { kind, key, info } of edges) {
    if (kind === "last") await goes(core, key);
    else if ((await comes(core, key, info, limit)) === "full") full = true;
  }
  return full ? "full" : "settled";
}

async function comes(
  { broker, roster }: Pick<Core, "broker" | "roster">,
  key: Key,
  info: string | undefined,
  limit: number,
): Promise<"held" | "full"> {
  const topic = topicOf(key);
  if (topic) await broker.follow(topic);
  if (isPresence(key)) await roster.follow(key);
  return roster.hold(key, { info, limit });
}

async function goes({ broker, roster }: Pick<Core, "broker" | "roster">, key: Key): Promise<void> {
  const topic = topicOf(key);
  if (topic) await broker.unfollow(topic);
  if (isPresence(key)) await roster.unfollow(key);
  await roster.release(key);
}

/** Where this node must listen for as long as it holds the key. Members are heard on their channel. */
function topicOf(key: Key): Topic | undefined {
  switch (key.kind) {
    case "channel":
      return { app: key.app, to: { channel: key.channel } };
    case "user":
      return { app: key.app, to: { user: key.userId } };
    case "member":
      return undefined;
  }
}

/** Whether the members behind the key are to be known here for as long as it is held. */
function isPresence(key: Key): boolean {
  return key.kind === "channel" && parseChannel(key.channel, Number.POSITIVE_INFINITY)?.kind === "presence";
}

/** Passes on what the feed says to those on this node whom it concerns. */
export function announce({ hub }: Pick<Core, "hub">, { key, kind, info }: Change): void {
  if (key.kind !== "member" || kind === "info") return; // of channels and users, and of a changed user_info, no frame speaks
  const { app, channel, userId } = key;
  const frame =
    kind === "added"
      ? encodeMemberAdded(channel, { userId, info })
      : encodeServerFrame({ event: "pusher_internal:member_removed", channel, data: { user_id: userId } });
  hub.deliver(app, { channel }, frame);
}
