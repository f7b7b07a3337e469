import type { UserData } from "@usher/protocol";
import type { AuthFault } from "../auth-error.ts";
import type { Channel } from "../channel.ts";
import type { Member } from "../members.ts";
import type { PresenceChannel } from "../presence-channel.ts";
import type { SigninError } from "../signin-error.ts";
import type { SigninState } from "../signin-state.ts";
import type { ConnectionState } from "../transition.ts";
import type { Usher } from "../usher.ts";
import { createStore, type Store, storesOf } from "./store.ts";

/** The store of a client, for channels by their name. */
type StoreOf<Snapshot> = (usher: Usher, name: string) => Store<Snapshot>;

/** How a channel is, to a component. */
export interface ChannelSnapshot<Of = Channel> {
  /** Null until somebody is there for it, and on servers. */
  readonly channel: Of | null;
  readonly subscribed: boolean;
  /** Why the last subscription failed, if it did. */
  readonly error: AuthFault | null;
}

/** The same, with those who are in it. */
export interface PresenceSnapshot<Of = PresenceChannel> extends ChannelSnapshot<Of> {
  /** User id -> `user_info`. */
  readonly members: ReadonlyMap<string, Member["info"]>;
  readonly me: Member | null;
}

/** Who is signed in, to a component. */
export interface UserSnapshot {
  readonly state: SigninState;
  readonly user: UserData | null;
  readonly error: SigninError | null;
}

export const noChannel: ChannelSnapshot<never> = { channel: null, subscribed: false, error: null };
export const nobody: PresenceSnapshot<never> = {
  channel: null,
  subscribed: false,
  error: null,
  members: new Map(),
  me: null,
};
export const signedOut: UserSnapshot = { state: "signed_out", user: null, error: null };
export const unwatched: ReadonlyMap<string, boolean> = new Map();

/** Components share one subscription of a channel; it is given back with the last of them, unless the app has made it itself. */
export const channelStore: StoreOf<ChannelSnapshot> = storesOf((usher: Usher, name) => {
  let error: AuthFault | null = null;
  return createStore<ChannelSnapshot>(
    () => {
      const channel = usher.channels.find(name) ?? null;
      const subscribed = channel?.subscribed ?? false;
      return { channel, subscribed, error: subscribed ? null : error };
    },
    (changed) => {
      const there = usher.channels.find(name);
      const isOwn = there === undefined || there.subscriptionCancelled; // one that was given back is nobody's
      const channel: Channel = usher.subscribe(name);
      return all(
        channel.on("pusher:subscription_succeeded", () => {
          error = null;
          changed();
        }),
        channel.on("pusher:subscription_error", (fault) => {
          error = fault;
          changed();
        }),
        usher.connection.on("state_change", changed),
        () => isOwn && usher.channels.find(name) === channel && usher.unsubscribe(name),
      );
    },
  );
});

/** Stands on the store of the channel, so that whatever hooks name it share the one subscription. */
export const presenceStore: StoreOf<PresenceSnapshot> = storesOf((usher: Usher, name) => {
  const base = channelStore(usher, name);
  return createStore<PresenceSnapshot>(
    () => {
      const channel = (usher.channels.find(name) ?? null) as PresenceChannel | null;
      const { members, me } = channel?.members ?? { members: {}, me: null };
      return { ...base.snapshot(), channel, members: new Map(Object.entries(members)), me };
    },
    (changed) => {
      const leave = base.subscribe(changed);
      const channel = usher.channels.find(name) as PresenceChannel;
      return all(leave, channel.on("pusher:member_added", changed), channel.on("pusher:member_removed", changed));
    },
  );
});

export const connectionStore: StoreOf<ConnectionState> = storesOf((usher: Usher) =>
  createStore<ConnectionState>(
    () => usher.connection.state,
    (changed) => usher.connection.on("state_change", changed),
  ),
);

export const userStore: StoreOf<UserSnapshot> = storesOf((usher: Usher) =>
  createStore<UserSnapshot>(
    () => ({ state: usher.user.state, user: usher.user.user_data, error: usher.user.error }),
    (changed) => usher.user.on("state_change", changed),
  ),
);

export const watchlistStore: StoreOf<ReadonlyMap<string, boolean>> = storesOf((usher: Usher) =>
  createStore<ReadonlyMap<string, boolean>>(
    () => new Map(usher.user.watchlist.users),
    (changed) => {
      const { user } = usher;
      return all(
        user.watchlist.on("online", changed),
        user.watchlist.on("offline", changed),
        user.on("state_change", changed),
      );
    },
  ),
);

/** Does all of them, in their order. */
function all(...stops: readonly (() => unknown)[]): () => void {
  return () => {
    for (const stop of stops) stop();
  };
}
