import { userChannel } from "@usher/protocol";
import type { Target } from "../key.ts";

/** The name of the channel on which the target hears. */
export function channelOf(target: Target): string {
  return "user" in target ? userChannel(target.user) : target.channel;
}

/** Ids of apps hold no slash, so topics of two apps never meet. */
export function topicOf(app: string, channel: string): string {
  return `${app}/${channel}`;
}
