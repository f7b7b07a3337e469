/** A user in a presence channel. */
export interface Member {
  readonly id: string;
  /** The `user_info` that the app's server gave. */
  // biome-ignore lint/suspicious/noExplicitAny: its shape is the app's own, as with the data of events
  readonly info: any;
}

/** What the success of a subscription says. */
interface Snapshot {
  readonly presence?: { readonly hash?: object };
}

/** Who is in a presence channel, the signed-in user included; empty while not subscribed. */
export class Members {
  /** User id -> user_info. It has no prototype, so that any id can stand in it. */
  members: Record<string, Member["info"]> = Object.create(null);
  count = 0;
  myID: string | null = null;

  /** The member that this client is, or null. */
  get me(): Member | null {
    return this.myID === null ? null : this.get(this.myID);
  }

  get(id: string): Member | null {
    return id in this.members ? { id, info: this.members[id] } : null;
  }

  each(callback: (member: Member) => void): void {
    for (const [id, info] of Object.entries(this.members)) callback({ id, info });
  }

  /** @internal Takes over the list that comes with the success of the subscription. */
  fill(data: unknown): void {
    const { hash = {} } = (data as Snapshot | undefined)?.presence ?? {};
    this.members = Object.assign(Object.create(null), hash);
    this.count = Object.keys(this.members).length;
  }

  /** @internal A user has come, or one who is there has new info. */
  add(member: Member): void {
    if (!(member.id in this.members)) this.count++;
    this.members[member.id] = member.info;
  }

  /** @internal @returns who has gone, or null if nobody of this id was there */
  remove(id: string): Member | null {
    const member = this.get(id);
    if (!member) return null;
    delete this.members[id];
    this.count--;
    return member;
  }

  /** @internal */
  reset(): void {
    this.members = Object.create(null);
    this.count = 0;
    this.myID = null;
  }
}
