/**
 * What an app's channels and users are told, for `new Usher<AppEvents>(…)` of the client and of the app server: by the name of the channel, or by a pattern of names, each
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
