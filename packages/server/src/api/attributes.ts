import type { Channel } from "@usher/protocol";
import type { App } from "../apps/app.ts";
import type { Core } from "../core.ts";

/** What the app server may ask about a channel. */
export interface Attributes {
  user_count?: number;
  subscription_count?: number;
}

/** What was asked of the channel and applies to it; what does not apply is left out. */
export async function attributesOf(
  core: Pick<Core, "roster" | "counts">,
  app: App,
  { name, kind }: Channel,
  info: ReadonlySet<string>,
): Promise<Attributes> {
  const attributes: Attributes = {};
  if (info.has("user_count") && kind === "presence")
    attributes.user_count = (await core.roster.members(app.id, name)).size;
  if (info.has("subscription_count") && app.subscriptionCount && kind !== "user") {
    attributes.subscription_count = await core.counts.of(app.id, name);
  }
  return attributes;
}
