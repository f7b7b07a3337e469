import { encodeMemberAdded, encodeServerFrame } from "@usher/protocol";
import type { Core } from "./core.ts";
import type { Edge, Key } from "./key.ts";
import type { Change } from "./roster/roster.ts";
import type { WebhookEvent } from "./webhooks/event.ts";

/**
 * THE path of coming and going: tells the cluster what changed on this node. What the cluster makes of it comes back by the
 * roster's feed, to `announce`.
 *
 * @param limit members that a presence channel may have; 0 for no limit
 */
export async function settle(
  { claims, counts }: Pick<Core, "claims" | "counts">,
  edges: readonly Edge[],
  limit = 0,
): Promise<void> {
  for (const { kind, key, info } of edges) {
    if (key.kind === "channel") counts.changed(key.app, key.channel);
    if (kind !== "count") claims.want(key, kind === "last" ? undefined : { info, limit });
  }
  for (const { key } of edges) await claims.tell(key); // a channel before its members, as the hub has them
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
