import type { Channel } from "@usher/protocol";
import type { App } from "../apps/app.ts";
import { channelOf, subscriptionsOf } from "../census.ts";
import type { Core } from "../core.ts";

/** What the app server may ask about a channel. */
export interface Attributes {
  user_count?: number;
  subscription_count?: number;
  /** There if this node alone could be asked. */
  complete?: false;
}

/**
 * What was asked of the channel and applies to it; what does not apply is left out.
 *
 * @param known what the cluster has said of it, if it was asked already
 */
export async function attributesOf(
  core: Pick<Core, "hub" | "roster" | "counts">,
  app: App,
  { name, kind }: Channel,
  info: ReadonlySet<string>,
  known?: Awaited<ReturnType<typeof channelOf>>,
): Promise<Attributes> {
  const attributes: Attributes = {};
  if (info.has("user_count") && kind === "presence") {
    const [{ userCount }, completeness] = known ?? (await channelOf(core, app.id, name));
    Object.assign(attributes, { user_count: userCount }, completeness);
  }
  if (info.has("subscription_count") && app.subscriptionCount && kind !== "user") {
    const [count, completeness] = await subscriptionsOf(core, app.id, name);
    Object.assign(attributes, { subscription_count: count }, completeness);
  }
  return attributes;
}
