import { encodeMemberAdded, encodeServerFrame, parseChannel } from "@usher/protocol";
import type { Topic } from "./broker/broker.ts";
import type { Core } from "./core.ts";
import type { Edge, Key } from "./key.ts";
import type { Change } from "./roster/roster.ts";
import type { WebhookEvent } from "./webhooks/event.ts";

/**
 * THE path of coming and going: tells the cluster what changed on this node. What the cluster makes of it comes back by the
 * roster's feed, to `announce`.
 *
 * @param limit members that a presence channel may have; 0 for no limit
 * @returns `full` if a member was one too many; the caller then takes it out of the hub again and settles that
 */
export async function settle(
  core: Pick<Core, "broker" | "roster" | "counts">,
  edges: readonly Edge[],
  limit = 0,
): Promise<"settled" | "full"> {
  let full = false;
  for (const { kind, key, info } of edges) {
    if (key.kind === "channel") core.counts.changed(key.app, key.channel);
    if (kind === "count") continue;
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

/** Passes on what the feed says to those whom it concerns: members of this node, watchers of this node, webhooks. */
export function announce(core: Pick<Core, "apps" | "hub" | "watching" | "webhooks">, change: Change): void {
  const { key, kind } = change;
  if (kind === "info") return; // of a changed user_info no frame speaks
  if (key.kind === "user") core.watching.changed(key.app, key.userId, kind === "added");
  if (key.kind === "member") core.hub.deliver(key.app, { channel: key.channel }, memberFrame(key, change));
  const app = core.apps.byId(key.app);
  const event = webhookEvent(key, kind);
  if (app && event) core.webhooks.tell(app, event);
}

function memberFrame({ channel, userId }: Extract<Key, { kind: "member" }>, { kind, info }: Change): string {
  if (kind === "added") return encodeMemberAdded(channel, { userId, info });
  return encodeServerFrame({ event: "pusher_internal:member_removed", channel, data: { user_id: userId } });
}

/** What webhooks hear of it; nobody has one for users. */
function webhookEvent(key: Key, kind: "added" | "removed"): WebhookEvent | undefined {
  switch (key.kind) {
    case "channel":
      return { name: kind === "added" ? "channel_occupied" : "channel_vacated", channel: key.channel };
    case "member": {
      const name = kind === "added" ? "member_added" : "member_removed";
      return { name, channel: key.channel, user_id: key.userId };
    }
    case "user":
      return undefined;
  }
}
