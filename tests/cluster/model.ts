/** What a cluster should be, written from docs/protocol.md: it knows connections, and everything else follows from them. */

/** Who a connection is in a presence channel. */
export interface Member {
  readonly user: string;
  readonly info: string;
}

/** One socket. */
export interface Connection {
  readonly node: number;
  /** Whom it has signed in as (4.1). */
  user?: string;
  watchlist: readonly string[];
  /** The channels that it is in; in a presence channel it is somebody. */
  readonly channels: Map<string, Member | undefined>;
  /** As whom it cannot sign in any more, since it was open when their connections were ended, or perhaps was (4.4). */
  readonly barred: Map<string, "surely" | "perhaps">;
}

export class Model {
  readonly #connections = new Set<Connection>();
  /** What was said of a member since it came. */
  readonly #infos = new Map<string, Set<string>>();

  open(node: number): Connection {
    const connection: Connection = { node, watchlist: [], channels: new Map(), barred: new Map() };
    this.#connections.add(connection);
    return connection;
  }

  close(connection: Connection): void {
    for (const channel of connection.channels.keys()) this.leave(connection, channel);
    this.#connections.delete(connection);
  }

  enter(connection: Connection, channel: string, member: Member | undefined): void {
    connection.channels.set(channel, member);
    if (member) this.#infos.set(`${channel} ${member.user}`, this.infos(channel, member.user).add(member.info));
  }

  /** Somebody said so of a member and left, while others are that member still. */
  mentioned(channel: string, { user, info }: Member): void {
    if (this.members(channel).includes(user))
      this.#infos.set(`${channel} ${user}`, this.infos(channel, user).add(info));
  }

  leave(connection: Connection, channel: string): void {
    const member = connection.channels.get(channel);
    connection.channels.delete(channel);
    if (member && !this.members(channel).includes(member.user)) this.#infos.delete(`${channel} ${member.user}`);
  }

  has(connection: Connection): boolean {
    return this.#connections.has(connection);
  }

  /** The connections that a node takes with it when it dies. */
  on(node: number): Connection[] {
    return [...this.#connections].filter((connection) => connection.node === node);
  }

  /** The connections in a channel, each of which gets its events (2.2). */
  in(channel: string): Connection[] {
    return [...this.#connections].filter(({ channels }) => channels.has(channel));
  }

  /** The connections that are signed in as a user: they get the user's events (4.2), and are ended together (4.4). */
  of(user: string): Connection[] {
    return [...this.#connections].filter((connection) => connection.user === user);
  }

  /** A user's connections were ended. @param older those that were open before that, for sure */
  bar(user: string, older: ReadonlySet<Connection>): void {
    for (const connection of this.#connections) {
      if (older.has(connection)) connection.barred.set(user, "surely");
      else if (!connection.barred.has(user)) connection.barred.set(user, "perhaps");
    }
  }

  /** The channels that somebody is in (5.5). */
  channels(): string[] {
    return [...new Set([...this.#connections].flatMap(({ channels }) => [...channels.keys()]))].sort();
  }

  /** The members of a presence channel: several connections of a user are one (2.4). */
  members(channel: string): string[] {
    return [...new Set(this.in(channel).flatMap(({ channels }) => channels.get(channel)?.user ?? []))].sort();
  }

  /** What may be said of a member: the newest counts, and which one that is only the order of their coming can tell. */
  infos(channel: string, user: string): Set<string> {
    return new Set(this.#infos.get(`${channel} ${user}`));
  }

  /** Whether a user is signed in on any connection (4.3). */
  online(user: string): boolean {
    return this.of(user).length > 0;
  }
}
