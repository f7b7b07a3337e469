import type { UserData } from "@usher/protocol";
import {
  createContext,
  createElement,
  type ReactElement,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useSyncExternalStore,
} from "react";
import type { EventCallback } from "../emitter.ts";
import type {
  ChannelEvents,
  ChannelName,
  ChannelProtocolEvents,
  PresenceProtocolEvents,
  UserEvents,
  UserProtocolEvents,
} from "../events.ts";
import type { PresenceChannel } from "../presence-channel.ts";
import type { ConnectionState } from "../transition.ts";
import type { ChannelOf, Usher } from "../usher.ts";
import type { Patience } from "../waiting.ts";
import type { Store } from "./store.ts";
import {
  type ChannelSnapshot,
  channelStore,
  connectionStore,
  nobody,
  noChannel,
  type PresenceSnapshot,
  presenceStore,
  signedOut,
  type UserSnapshot,
  unwatched,
  userStore,
  watchlistStore,
} from "./stores.ts";

export type { ChannelSnapshot, PresenceSnapshot, UserSnapshot } from "./stores.ts";

/** Where an app says what it is told: `declare module "@usher/client/react" { interface Register { events: AppEvents } }`. */
// biome-ignore lint/suspicious/noEmptyInterface: apps fill it
export interface Register {}

/** What the app has said, or `any`. */
// biome-ignore lint/suspicious/noExplicitAny: where nothing is said of events, any may come
export type RegisteredEvents = Register extends { events: infer E } ? E & object : any;

const Context = createContext<Usher | null>(null);

/** Gives the components below it a client. Who made the client ends it: it is neither connected nor disconnected here. */
export function UsherProvider({ client, children }: { client: Usher; children?: ReactNode }): ReactElement {
  return createElement(Context.Provider, { value: client }, children);
}

/** The client. @throws Error outside of a provider */
export function useUsher(): Usher<RegisteredEvents> {
  const usher = useContext(Context);
  if (!usher) throw new Error("Put <UsherProvider client={…}> around the components that use Usher");
  return usher as Usher<RegisteredEvents>;
}

/** The state of the connection; `initialized` on servers. */
export function useConnection(): ConnectionState {
  return useStore(connectionStore(useUsher(), ""), "initialized");
}

/** Who is signed in, and how to change that. */
export function useUser(): UserSnapshot & {
  signIn(patience?: Patience): Promise<UserData>;
  signOut(): void;
  switchUser(patience?: Patience): Promise<UserData>;
} {
  const usher = useUsher();
  const snapshot = useStore(userStore(usher, ""), signedOut);
  // The same functions for the same client: effects may depend on them.
  const actions = useMemo(
    () => ({
      signIn: (patience?: Patience) => usher.signin(patience),
      signOut: () => usher.signout(),
      switchUser: (patience?: Patience) => usher.switchUser(patience),
    }),
    [usher],
  );
  return useMemo(() => ({ ...snapshot, ...actions }), [snapshot, actions]);
}

/**
 * Subscribes to a channel for as long as a component is there that wants it: all that name it share one subscription.
 *
 * @param name null for none
 */
export function useChannel<Name extends ChannelName<RegisteredEvents>>(
  name: Name | null,
): ChannelSnapshot<ChannelOf<RegisteredEvents, Name>> {
  const usher = useUsher();
  const store = name === null ? none : channelStore(usher, name);
  return useStore(store as Store<ChannelSnapshot<ChannelOf<RegisteredEvents, Name>>>, noChannel);
}

/** A presence channel, and who is in it. @param name null for none */
export function usePresence<Name extends ChannelName<RegisteredEvents> & `presence-${string}`>(
  name: Name | null,
): PresenceSnapshot<PresenceChannel<ChannelEvents<RegisteredEvents, Name>>> {
  const usher = useUsher();
  const store = name === null ? empty : presenceStore(usher, name);
  return useStore(store as Store<PresenceSnapshot<PresenceChannel<ChannelEvents<RegisteredEvents, Name>>>>, nobody);
}

/** Calls back on an event of a channel, which it subscribes to; always the newest callback. @param name null for none */
export function useEvent<Name extends ChannelName<RegisteredEvents>, Event extends keyof HeardOn<Name> & string>(
  name: Name | null,
  event: Event,
  callback: EventCallback<HeardOn<Name>[Event]>,
): void {
  const { channel } = useChannel(name);
  useBinding(channel as Bindable | null, event, callback);
}

/** The events of a channel, the protocol's own among them. */
type HeardOn<Name extends string> = ChannelEvents<RegisteredEvents, Name> &
  (Name extends `presence-${string}` ? PresenceProtocolEvents : ChannelProtocolEvents);
type HeardByUser = UserEvents<RegisteredEvents> & UserProtocolEvents;

/** Calls back on an event that is sent to the signed-in user; always the newest callback. */
export function useUserEvent<Event extends keyof HeardByUser & string>(
  event: Event,
  callback: EventCallback<HeardByUser[Event]>,
): void {
  useBinding(useUsher().user as Bindable, event, callback);
}

/** Whom the signed-in user watches, and whether they are there. */
export function useWatchlist(): ReadonlyMap<string, boolean> {
  return useStore(watchlistStore(useUsher(), ""), unwatched);
}

const none: Store<ChannelSnapshot> = { subscribe: () => () => {}, snapshot: () => noChannel };
const empty: Store<PresenceSnapshot> = { subscribe: () => () => {}, snapshot: () => nobody };

function useStore<Snapshot>({ subscribe, snapshot }: Store<Snapshot>, onServer: Snapshot): Snapshot {
  return useSyncExternalStore(subscribe, snapshot, () => onServer);
}

/** Something that events can be bound to. */
interface Bindable {
  on(event: string, callback: EventCallback): () => void;
}

function useBinding(bindable: Bindable | null, event: string, callback: EventCallback): void {
  const newest = useRef(callback);
  useEffect(() => {
    newest.current = callback;
  });
  useEffect(() => bindable?.on(event, (...said) => newest.current(...said)), [bindable, event]);
}
