import { encodeMemberAdded, encodeServerFrame, type Member } from "@usher/protocol";
import type { Core } from "./core.ts";
import type { Edge, Key } from "./key.ts";
import type { Change, News } from "./roster/roster.ts";
import type { WebhookEvent } from "./webhooks/event.ts";

/**
 * THE path of coming and going: tells the cluster what changed on this node. What the cluster makes of it comes back by the
 * roster's feed, to `announce`.
 *
 * @param limit members that a presence channel may have; 0 for no limit
 */
export async function settle(
  { claims, counts, hub, roster }: Pick<Core, "claims" | "counts" | "hub" | "roster">,
  edges: readonly Edge[],
  limit = 0,
): Promise<void> {
  for (const { kind, key, info, shown } of edges) {
    if (key.kind === "channel") counts.changed(key.app, key.channel);
    if (key.kind === "member" && shown && !roster.copy(key.app, key.channel)?.has(key.userId))
      hub.deliver(key.app, { channel: key.channel }, memberFrame(key, { key, kind: "removed" })); // the feed has no more to say of it
    if (kind !== "count") claims.want(key, kind === "last" ? undefined : { info, limit });
  }
  if (edges.length > 0) await Promise.all(edges.map(({ key }) => claims.tell(key))); // a channel before its members, as the hub has them
}

/**
 * A member of this node comes in. The feed has told the others of it, unless this node is cut off: then they are told here, and the feed
 * will be the one that comes too late.
 */
export function appear(
  { hub, roster }: Pick<Core, "hub" | "roster">,
  app: string,
  channel: string,
  member: Member,
): void {
  const isNews = hub.members(app, channel)?.show(member.userId);
  if (isNews && !roster.copy(app, channel)?.has(member.userId))
    hub.deliver(app, { channel }, encodeMemberAdded(channel, member));
}

/** Passes on what the feed says to those on this node whom it concerns: members and watchers. */
export function announce({ hub, watching }: Pick<Core, "hub" | "watching">, change: Change): void {
  const { key, kind, late } = change;
  if (kind === "info") return; // of a changed user_info no frame speaks
  if (key.kind === "user") watching.changed(key.app, key.userId, kind === "added", late);
  if (key.kind === "member" && !hub.members(key.app, key.channel)?.isShown(key.userId))
    // who is here has neither come nor gone
    hub.deliver(key.app, { channel: key.channel }, memberFrame(key, change));
}

/** Tells the app's backend, once for the whole cluster. */
export function report({ apps, webhooks }: Pick<Core, "apps" | "webhooks">, { key, kind, id, settled }: News): void {
  const app = apps.byId(key.app);
  const event = kind === "info" ? undefined : webhookEvent(key, kind);
  if (!app || !event) settled?.();
  else if (id !== undefined && settled) webhooks.pass(app, event, id, settled);
  else webhooks.tell(app, event);
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
