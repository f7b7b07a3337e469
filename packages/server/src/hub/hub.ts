import { type Member, type UserData, userChannel } from "@usher/protocol";
import type { App } from "../apps/app.ts";
import type { Edge, Target } from "../key.ts";
import type { Connection, Subscription } from "../socket/connection.ts";
import type { Fanout } from "../transport/transport.ts";
import { Members } from "./members.ts";
import { Timeline } from "./timeline.ts";
import { Tombstones } from "./tombstones.ts";
import { channelOf, topicOf } from "./topics.ts";

interface ChannelState {
  readonly topic: string;
  subscribers: number;
  /** Only of presence channels. */
  readonly members: Members | undefined;
}

interface AppState {
  /** By socket id, in the order in which they were opened. */
  readonly connections: Map<string, Connection>;
  readonly channels: Map<string, ChannelState>;
  readonly users: Map<string, Set<Connection>>;
  readonly tombstones: Tombstones;
}

/**
 * The live state of this node: who is connected, who is in which channel, who is signed in where.
 *
 * Every method is synchronous, so that a check and its act cannot be split. What changes the state returns the edges it
 * made: first and last holders on this node. What they mean for the cluster is for edges.ts to find out.
 */
export class Hub {
  readonly #fanout: Fanout;
  readonly #apps = new Map<string, AppState>();
  readonly #timeline = new Timeline();
  #newest = 0;

  constructor(fanout: Fanout) {
    this.#fanout = fanout;
  }

  add(connection: Connection): void {
    connection.serial = ++this.#newest;
    this.#stateOf(connection.app.id).connections.set(connection.id, connection);
  }

  /** Forgets a connection and everything it held. The second time, nothing is left to forget. */
  remove(connection: Connection): Edge[] {
    const app = this.#stateOf(connection.app.id);
    if (!app.connections.delete(connection.id)) return [];
    const edges = [...connection.subscriptions.keys()].flatMap((channel) => this.leave(connection, channel));
    return edges.concat(this.#unbindUser(app, connection));
  }

  /**
   * Counts a connection into a channel, so that everyone finds it; nothing is delivered to it before `admit`.
   * Joining again as the same member changes no count. One that has been removed joins nothing.
   */
  join(connection: Connection, channel: string, member?: Member): Edge[] {
    const { id: app } = connection.app;
    const { channels, connections } = this.#stateOf(app);
    if (!connections.has(connection.id)) return [];
    const edges: Edge[] = [];
    let state = channels.get(channel);
    if (!state) {
      state = { topic: topicOf(app, channel), subscribers: 0, members: member && new Members() };
      channels.set(channel, state);
      edges.push({ kind: "first", key: { kind: "channel", app, channel } });
    }
    const before = connection.subscriptions.get(channel);
    if (!before && state.subscribers++ > 0) edges.push(...countEdge(connection.app, channel));
    subscriptionsOf(connection).set(channel, { channel, member, admitted: before?.admitted ?? false });
    if (!member) return edges;
    const kind = state.members?.enter(member, !before);
    if (!kind) return edges;
    return [...edges, { kind, key: { kind: "member", app, channel, userId: member.userId }, info: member.info }];
  }

  /** Takes a connection out of a channel; nothing happens if it is not in it. */
  leave(connection: Connection, channel: string): Edge[] {
    const { id: app } = connection.app;
    const { channels } = this.#stateOf(app);
    const subscription = connection.subscriptions.get(channel);
    const state = channels.get(channel);
    if (!subscription || !state) return [];
    subscriptionsOf(connection).delete(channel);
    this.#fanout.detach(connection, state.topic);
    const edges: Edge[] = [];
    const userId = subscription.member?.userId;
    const gone = userId === undefined ? undefined : state.members?.leave(userId);
    if (userId !== undefined && gone)
      edges.push({ kind: "last", key: { kind: "member", app, channel, userId }, shown: gone.shown });
    if (--state.subscribers > 0) return edges.concat(countEdge(connection.app, channel));
    channels.delete(channel);
    return [...edges, { kind: "last", key: { kind: "channel", app, channel } }];
  }

  /**
   * Signs a connection in. It must not be signed in as somebody else. One that has been removed is not signed in; nor is one that
   * was open when the user's connections were ended: see `mayBind`.
   */
  bindUser(connection: Connection, user: UserData): Edge[] {
    const { id: app } = connection.app;
    const { users, connections } = this.#stateOf(app);
    if (!connections.has(connection.id) || !this.mayBind(connection, user.id)) return [];
    connection.user = user;
    const online = users.get(user.id);
    if (online) {
      online.add(connection);
      return [];
    }
    users.set(user.id, new Set([connection]));
    return [{ kind: "first", key: { kind: "user", app, userId: user.id } }];
  }

  /** Whether the connection may be signed in as the user: it was opened after the user's connections were last ended. */
  mayBind(connection: Connection, userId: string): boolean {
    return !this.#stateOf(connection.app.id).tombstones.covers(userId, connection.serial);
  }

  /**
   * No connection that is open now, or was at the given time, can be signed in as the user any more.
   *
   * @returns those of them that are signed in
   */
  endUser(app: App, userId: string, when?: number): Connection[] {
    const state = this.#stateOf(app.id);
    const newest = (when === undefined ? undefined : this.#timeline.newestAt(when)) ?? this.#newest;
    if (state.connections.size > 0) state.tombstones.write(userId, newest);
    return [...this.connectionsOf(app, userId)].filter(({ serial }) => serial <= newest);
  }

  /** Remembers who is open now, for what this node learns of too late. To be done now and then. */
  mark(now: number): void {
    this.#timeline.mark(now, this.#newest);
  }

  /** Takes away the tombstones that can cover no socket any more. A walk over what was closed: to be done now and then. */
  clearTombstones(): void {
    for (const app of this.#apps.values()) if (app.tombstones.size > 0) app.tombstones.clear(oldestOf(app));
  }

  /** From now on the connection receives what is sent to the channel or the user. */
  admit(connection: Connection, target: Target): void {
    const subscription = "channel" in target && connection.subscriptions.get(target.channel);
    if (subscription) subscription.admitted = true;
    this.#fanout.attach(connection, topicOf(connection.app.id, channelOf(target)));
  }

  /** Everyone who is signed in as the user on this node. */
  connectionsOf(app: App, userId: string): Iterable<Connection> {
    return this.#apps.get(app.id)?.users.get(userId) ?? [];
  }

  /** How many connections of the app there are on this node. */
  count(app: App): number {
    return this.#apps.get(app.id)?.connections.size ?? 0;
  }

  /** How many connections of this node are in the channel. */
  subscribers(app: string, channel: string): number {
    return this.#apps.get(app)?.channels.get(channel)?.subscribers ?? 0;
  }

  /** The channels of an app that somebody on this node is in. */
  channels(app: string): { channel: string; userCount: number | undefined }[] {
    const channels = this.#apps.get(app)?.channels ?? [];
    return Array.from(channels, ([channel, { members }]) => ({ channel, userCount: members?.size }));
  }

  /** Every channel of every app that somebody on this node is in. */
  *allChannels(): Iterable<{ id: string; channel: string }> {
    for (const [id, { channels }] of this.#apps) for (const channel of channels.keys()) yield { id, channel };
  }

  /** The members of a presence channel that are on this node, and of whom others in it have been told. */
  members(app: string, channel: string): Members | undefined {
    return this.#apps.get(app)?.channels.get(channel)?.members;
  }

  /** Every connection of this node. */
  *connections(): Iterable<Connection> {
    for (const app of this.#apps.values()) yield* app.connections.values();
  }

  /**
   * Sends a frame to everyone on this node who has been admitted to the target.
   *
   * @param except the socket that does not get it
   */
  deliver(app: string, to: Target, frame: string, except?: string): void {
    const state = this.#apps.get(app);
    if (!state) return;
    const topic =
      "user" in to
        ? state.users.has(to.user) && topicOf(app, userChannel(to.user))
        : state.channels.get(to.channel)?.topic;
    if (!topic) return; // nobody here
    const excluded = except === undefined ? undefined : state.connections.get(except);
    this.#fanout.publish(topic, frame, excluded);
  }

  #unbindUser(app: AppState, connection: Connection): Edge[] {
    if (!connection.user) return [];
    const { id: userId } = connection.user;
    const online = app.users.get(userId);
    this.#fanout.detach(connection, topicOf(connection.app.id, userChannel(userId)));
    online?.delete(connection);
    if (!online || online.size > 0) return [];
    app.users.delete(userId);
    return [{ kind: "last", key: { kind: "user", app: connection.app.id, userId } }];
  }

  #stateOf(app: string): AppState {
    let state = this.#apps.get(app);
    if (!state) {
      state = { connections: new Map(), channels: new Map(), users: new Map(), tombstones: new Tombstones() };
      this.#apps.set(app, state);
    }
    return state;
  }
}

function subscriptionsOf(connection: Connection): Map<string, Subscription> {
  // The map that all connections begin with is shared, and so must not be written to.
  if (connection.subscriptions.size === 0) connection.subscriptions = new Map();
  return connection.subscriptions as Map<string, Subscription>;
}

function countEdge({ id, subscriptionCount }: App, channel: string): Edge[] {
  return subscriptionCount ? [{ kind: "count", key: { kind: "channel", app: id, channel } }] : [];
}

function oldestOf({ connections }: AppState): number {
  for (const { serial } of connections.values()) return serial;
  return Number.POSITIVE_INFINITY;
}
