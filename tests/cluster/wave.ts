import type { Client } from "./client.ts";
import type { Member } from "./model.ts";
import { memberLimit } from "./nodes.ts";
import { type Action, nodeOf } from "./sequence.ts";
import type { Answer } from "./signed.ts";
import type { Stage } from "./stage.ts";
import { until } from "./until.ts";

/** What fails while a wave goes on. */
export interface Trouble {
  /** A node through which nothing can be asked, because it stands still or dies. */
  readonly node?: number;
  /** It dies, with its clients. */
  readonly dies?: boolean;
  /** Redis cannot be asked. */
  readonly store?: boolean;
}

/** Somebody who was there when the wave began. */
interface Before {
  readonly channels: ReadonlySet<string>;
  readonly user: string | undefined;
}

export interface Published {
  readonly number: number;
  readonly what: string;
  readonly to: { readonly channel: string } | { readonly user: string };
  readonly except: Client | undefined;
}

/** Of each publish, one after the other: so that some come while somebody is about to enter. */
const eventsInARow = 4;

/** Actions that happen at the same time: all is said at once, then all is answered. What became of it is for the verdict. */
export class Wave {
  readonly stage: Stage;
  readonly trouble: Trouble | undefined;
  readonly before = new Map<Client, Before>();
  /** Who asked to be in which channels, as whom. */
  readonly entering = new Map<Client, Map<string, Member | undefined>>();
  /** Who came and left at once, and where. */
  readonly flickered: { readonly channel: string; readonly member: Member }[] = [];
  /** The channels that a client came to or left. */
  readonly moved = new Map<Client, Set<string>>();
  readonly signing = new Map<Client, { readonly user: string; readonly watchlist: readonly string[] }>();
  /** Who signed in as whom for a moment. */
  readonly visitors = new Map<Client, string>();
  readonly ended = new Map<string, Answer>();
  readonly hungUp = new Set<Client>();
  readonly published: Published[] = [];
  /** What was said of each member before, as "presence-room ann": some may see it still. */
  readonly infos = new Map<string, ReadonlySet<string>>();
  /** Whoever might be in a presence channel at some moment of the wave. */
  readonly #crowds = new Map<string, Set<string>>();
  readonly #said: Promise<void>[] = [];

  constructor(stage: Stage, actions: readonly Action[], trouble?: Trouble) {
    this.stage = stage;
    this.trouble = trouble;
    for (const client of stage.everybody) {
      const { channels, user } = client.connection;
      if (client.open) this.before.set(client, { channels: new Set(channels.keys()), user });
    }
    for (const channel of stage.model.channels()) {
      const members = stage.model.members(channel);
      this.#crowds.set(channel, new Set(members));
      for (const user of members) this.infos.set(`${channel} ${user}`, stage.model.infos(channel, user));
    }
    const stories = new Map<number, Action[]>();
    for (const action of actions) {
      if ("place" in action) stories.set(action.place, [...(stories.get(action.place) ?? []), action]);
      else this.#said.push(this.#excused(this.#serve(action)));
    }
    for (const [place, story] of stories) this.#said.push(this.#excused(this.#act(place, story), nodeOf(place)));
  }

  /** Everything is said and answered; whoever is still open has heard all that was said to it before. */
  async answered(): Promise<void> {
    await Promise.all(this.#said);
    const { everybody } = this.stage;
    if (this.trouble?.dies)
      await Promise.all(
        everybody.flatMap((client) => (client.connection.node === this.trouble?.node ? client.closed : [])),
      );
    await until(12, () => everybody.map((client) => client.unanswered).find((sentence) => sentence !== undefined));
    await Promise.all(everybody.map((client) => client.settle()));
    await Promise.all([...this.hungUp].map((client) => client.closed));
  }

  /** Whether so many came to a presence channel that one may have been refused. */
  crowded(channel: string): boolean {
    return (this.#crowds.get(channel)?.size ?? 0) > memberLimit;
  }

  async #excused(work: Promise<void>, node?: number): Promise<void> {
    try {
      await work;
    } catch (error) {
      const dead = this.trouble?.dies && this.trouble.node === node;
      if (!dead) this.stage.fault(error instanceof Error ? `${error.message} ${error.cause ?? ""}` : String(error));
    }
  }

  async #act(place: number, story: readonly Action[]): Promise<void> {
    for (const action of story) {
      const seated = this.stage.places.get(place);
      const client = seated?.open ? seated : undefined;
      if (action.do === "close" || action.do === "leave" || action.do === "reenter") {
        if (client) this.#go(client, place, action);
        continue;
      }
      if (action.do === "signin" && this.#cutsOff(nodeOf(place))) continue;
      this.#come(client ?? (await this.#open(place)), action);
    }
  }

  /** Whether a node cannot ask Redis. A sign-in there is refused, if it watches somebody; it should succeed, and be made good later. */
  #cutsOff(node: number): boolean {
    return this.trouble?.store === true || (this.trouble?.node === node && !this.trouble.dies);
  }

  async #open(place: number): Promise<Client> {
    const client = await this.stage.open(place, nodeOf(place));
    this.stage.places.set(place, client);
    return client;
  }

  #go(client: Client, place: number, action: Action): void {
    if (action.do === "close") {
      this.hungUp.add(client);
      this.stage.model.close(client.connection);
      this.stage.places.delete(place);
      client.hangUp(action.rudely);
      return;
    }
    if (!("channel" in action) || !client.connection.channels.has(action.channel)) return;
    if (!this.#move(client, action.channel)) return;
    const member = client.connection.channels.get(action.channel);
    this.stage.model.leave(client.connection, action.channel);
    client.leave(action.channel);
    const asked = this.entering.get(client)?.get(action.channel);
    if (this.entering.get(client)?.delete(action.channel) && asked)
      this.flickered.push({ channel: action.channel, member: asked });
    if (action.do === "reenter")
      this.#enter(client, action.channel, member && { user: member.user, info: action.info });
  }

  #come(client: Client, action: Action): void {
    if (action.do === "signin" && !this.signing.has(client)) {
      const user = client.connection.user ?? action.user;
      const watchlist = action.watchlist.filter((other) => other !== user);
      this.signing.set(client, { user, watchlist });
      client.signIn(user, watchlist);
    }
    if (action.do !== "enter" && action.do !== "flicker") return;
    const { channel } = action;
    const there = client.connection.channels.get(channel);
    const is = client.connection.channels.has(channel);
    const member = channel.startsWith("presence-")
      ? { user: there?.user ?? action.user, info: action.info }
      : undefined;
    if (this.trouble && member && !this.#fits(channel, member.user)) return;
    if (is && (action.do === "flicker" || this.moved.get(client)?.has(channel))) return;
    if (!is && !this.#move(client, channel)) return;
    this.#enter(client, channel, member);
    if (action.do === "enter") return;
    this.entering.get(client)?.delete(channel);
    if (member) this.flickered.push({ channel, member });
    client.leave(channel);
  }

  #enter(client: Client, channel: string, member: Member | undefined): void {
    const own = this.entering.get(client) ?? new Map<string, Member | undefined>();
    this.entering.set(client, own.set(channel, member));
    if (member) this.#crowds.set(channel, (this.#crowds.get(channel) ?? new Set<string>()).add(member.user));
    client.enter(channel, member);
  }

  /** @returns `false` if it has been to or from this channel in this wave already */
  #move(client: Client, channel: string): boolean {
    const own = this.moved.get(client) ?? new Set<string>();
    if (own.has(channel)) return false;
    this.moved.set(client, own.add(channel));
    return true;
  }

  #fits(channel: string, user: string): boolean {
    return new Set(this.#crowds.get(channel)).add(user).size <= memberLimit;
  }

  async #serve(action: Action): Promise<void> {
    const except = action.do === "publish" && action.except !== undefined ? action.except : -1;
    for (let event = 0; event < eventsInARow; event++) {
      if (action.do === "publish")
        await this.#publish(action.node, action.channel, { channel: action.channel }, this.stage.places.get(except));
      if (action.do === "tell")
        await this.#publish(action.node, `#server-to-user-${action.user}`, { user: action.user });
    }
    if (action.do === "terminate" && !this.trouble && !this.ended.has(action.user))
      await this.#terminate(action.node, action.user, action.late);
  }

  async #publish(node: number, channel: string, to: Published["to"], except?: Client): Promise<void> {
    const through = node === this.trouble?.node ? (node + 1) % 3 : node;
    const number = this.stage.eventNumber();
    const what = `event ${number} (to ${channel} through node ${through})`;
    this.published.push({ number, what, to, except });
    const event = { name: "event", channel, data: { number }, ...(except && { socket_id: except.socketId }) };
    const { status, body } = await this.stage.app.tell(this.stage.port(through), "/events", event);
    if (status !== 200 && !this.trouble)
      this.stage.fault(`${what} was answered with ${status} ${JSON.stringify(body)}`);
  }

  /** @param late a node with a socket that is open and has its sign-in signed before the end, and says it after */
  async #terminate(node: number, user: string, late: number | undefined): Promise<void> {
    this.ended.set(user, { status: 0, body: undefined });
    const old = late === undefined ? undefined : await this.stage.open(9, late);
    const signed = old?.signedFor(user, []);
    const path = `/users/${user}/terminate_connections`;
    this.ended.set(user, await this.stage.app.tell(this.stage.port(node), path, {}));
    if (late === undefined || !old || !signed) return;
    await this.#tries(old, signed, "refused");
    const honest = await this.stage.open(9, late);
    this.visitors.set(honest, user);
    await this.#tries(honest, honest.signedFor(user, []), "succeeded");
  }

  async #tries(client: Client, signed: object, right: Client["signin"]): Promise<void> {
    client.signInWith(signed);
    await until(8, () => client.unanswered);
    const became = client.open ? client.signin : `closed with ${client.closedWith}`;
    // A node may hear of the end after it has heard of the sign-in: then it closes what it would have refused.
    const late = right === "refused" && became === "closed with 4009";
    if (became !== right && !late)
      this.stage.fault(`${client.name}: its sign-in, ended or not, was ${became} and should be ${right}`);
    this.hungUp.add(client);
    this.stage.model.close(client.connection);
    client.hangUp(false);
  }
}
