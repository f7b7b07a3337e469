import type { AuthFault } from "./auth-error.ts";
import type { Member, Members } from "./members.ts";

/**
 * What an app's channels and users are told, for `new Usher<AppEvents>(…)`: by the name of the channel, or by a pattern of names, each
 * event and its data. Where nothing is said, every name is allowed and data is `any`.
 *
 *     interface AppEvents {
 *       channels: {
 *         news: { headline: { text: string } };
 *         [order: `private-order.${string}`]: { paid: { amount: number } };
 *       };
 *       user: { greeting: { text: string } };
 *     }
 */
export interface Events {
  readonly channels?: object;
  readonly user?: object;
}

/** The names that channels may have. */
export type ChannelName<E> = E extends { channels: infer Channels } ? keyof Channels & string : string;

/** The events of a channel. */
export type ChannelEvents<E, Name extends string> = E extends { channels: infer Channels }
  ? Name extends keyof Channels
    ? Channels[Name] & object
    : never
  : // biome-ignore lint/suspicious/noExplicitAny: nothing was said of it
    any;

/** The events of the user. */
export type UserEvents<E> = E extends { user: infer User }
  ? User & object
  : // biome-ignore lint/suspicious/noExplicitAny: nothing was said of it
    any;

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
  state_change: { readonly previous: string; readonly current: string };
  "pusher:signin_success": { readonly user_data: string };
  "pusher:signin_error": AuthFault;
}
