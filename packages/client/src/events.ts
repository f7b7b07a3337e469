import type { AuthFault } from "./auth-error.ts";
import type { Member, Members } from "./members.ts";
import type { SigninStateChange } from "./signin-state.ts";

export type { ChannelEvents, ChannelName, Events, UserEvents } from "@usher/protocol";

/** The protocol's own events on every channel. */
export interface ChannelProtocolEvents {
  "pusher:subscription_succeeded": unknown;
  "pusher:subscription_error": AuthFault;
  "pusher:subscription_count": { readonly subscription_count: number };
  "pusher:cache_miss": unknown;
}

/** The protocol's own events on presence channels. */
export interface PresenceProtocolEvents extends Omit<ChannelProtocolEvents, "pusher:subscription_succeeded"> {
  "pusher:subscription_succeeded": Members;
  "pusher:member_added": Member;
  "pusher:member_removed": Member;
}

/** The protocol's own events of the user. */
export interface UserProtocolEvents {
  state_change: SigninStateChange;
  "pusher:signin_success": { readonly user_data: string };
  "pusher:signin_error": AuthFault;
}
