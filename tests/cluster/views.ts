import type { Member } from "./model.ts";

interface Snapshot {
  readonly presence: { readonly ids: readonly string[]; readonly hash: Record<string, { mood: string } | null> };
}

/** What a client believes of the presence channels and users that it hears of, and what it was told that cannot be. */
export class Views {
  /** A channel that it is in, and who is there; nobody where that is not told. */
  readonly rooms = new Map<string, Set<string>>();
  /** The users that it watches, and whether they are there. */
  readonly online = new Map<string, boolean>();
  /** Who was said to have left a channel since somebody looked, as "presence-room ann". */
  readonly goings = new Set<string>();
  readonly #fault: (sentence: string) => void;
  readonly #limit: number;

  constructor(limit: number, fault: (sentence: string) => void) {
    this.#limit = limit;
    this.#fault = fault;
  }

  /** A subscription succeeded. @returns what the snapshot says of the members */
  entered(
    channel: string,
    member: Member | undefined,
    snapshot: Partial<Snapshot>,
    again: boolean,
  ): Map<string, string> {
    const infos = Object.entries(snapshot.presence?.hash ?? {});
    const ids = infos.map(([user]) => user);
    const before = this.rooms.get(channel);
    if (member && !ids.includes(member.user)) this.#fault(`the snapshot of ${channel} lacks the client itself: ${ids}`);
    if (again && before && `${[...before].sort()}` !== `${ids.sort()}`)
      this.#fault(`a second snapshot of ${channel} has ${ids}, the changes since the first made it ${[...before]}`);
    this.rooms.set(channel, new Set(ids));
    if (ids.length > this.#limit) this.#fault(`${channel} has ${ids.length} members, more than ${this.#limit}`);
    return new Map(infos.map(([user, info]) => [user, info?.mood ?? "none"]));
  }

  added(channel: string, user: string, self: string | undefined): void {
    const room = this.rooms.get(channel);
    if (user === self) this.#fault(`member_added of the client itself, ${user} in ${channel}`);
    if (!room) this.#fault(`member_added ${user} in ${channel} before the success`);
    if (!room || user === self) return;
    if (room.has(user)) this.#fault(`member_added ${user} in ${channel}, who was there`);
    room.add(user);
  }

  removed(channel: string, user: string, self: string | undefined): void {
    const room = this.rooms.get(channel);
    if (user === self) this.#fault(`member_removed of the client itself, ${user} in ${channel}`);
    if (!room) this.#fault(`member_removed ${user} in ${channel} before the success`);
    if (!room || user === self) return;
    this.goings.add(`${channel} ${user}`);
    if (!room.delete(user)) this.#fault(`member_removed ${user} in ${channel}, who was not there`);
  }

  /** Somebody it watches came or went. */
  watched(users: readonly string[], online: boolean): void {
    for (const user of users) {
      if (this.online.get(user) === online) this.#fault(`${user} is ${online ? "online" : "offline"}, told twice`);
      this.online.set(user, online);
    }
  }
}
