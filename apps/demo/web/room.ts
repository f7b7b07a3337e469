import type { Device, Me, Message, Person } from "../src/wire.ts";
import type { Link } from "./realtime.ts";

/** What the page knows while somebody is logged in. Whatever changes it calls `changed`. */
export class Room {
  readonly me: Me;
  changed: () => void = () => {};
  link: Link = "connecting";
  /** Everybody who is here: oneself first, then by name. */
  here: readonly Person[] = [];
  /** With whom the open conversation is. */
  chosen: Person | undefined;
  devices: readonly Device[] = [];
  /** The ids of the devices that are connected. */
  connected: ReadonlySet<string> = new Set();
  private recalled = false;
  private readonly messages = new Map<string, Message>();
  private readonly unread = new Map<string, number>();

  constructor(me: Me) {
    this.me = me;
  }

  /** Takes over what is given. */
  set(news: Partial<Pick<Room, "link" | "devices" | "connected">>): void {
    Object.assign(this, news);
    this.changed();
  }

  arrange(people: readonly Person[]): void {
    const rank = (person: Person): number => (this.isMe(person) ? 0 : 1);
    this.here = [...people].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
    this.changed();
  }

  /** Opens the conversation with somebody; nothing in it is unread from then on. */
  choose(person: Person): void {
    this.chosen = person;
    this.unread.delete(person.id);
    this.changed();
  }

  /** What was written while this page was not listening. The first time that is the past, and none of it counts as unread. */
  recall(messages: readonly Message[]): void {
    if (this.recalled) for (const message of messages) this.receive(message);
    else for (const message of messages) this.messages.set(message.id, message);
    this.recalled = true;
    this.changed();
  }

  /** A message of one's own or of somebody else; a second time it changes nothing. */
  receive(message: Message): void {
    if (this.messages.has(message.id)) return;
    this.messages.set(message.id, message);
    const { from } = message;
    if (!this.isMe(from) && this.chosen?.id !== from.id) this.unread.set(from.id, this.unreadFrom(from) + 1);
    this.changed();
  }

  /** All that was written between oneself and a person, the oldest first. */
  conversation(person: Person): readonly Message[] {
    const messages = [...this.messages.values()].filter((message) => this.partner(message).id === person.id);
    return messages.sort((a, b) => a.at.localeCompare(b.at));
  }

  /** Those with whom there is a conversation, and who are not here. */
  away(): readonly Person[] {
    const partners = new Map([...this.messages.values()].map((message) => [this.partner(message).id, message]));
    return [...partners.values()].map((message) => this.partner(message)).filter((person) => !this.isHere(person));
  }

  isMe({ id }: Person): boolean {
    return id === this.me.person.id;
  }

  isHere({ id }: Person): boolean {
    return this.here.some((person) => person.id === id);
  }

  /** How many messages of a person were not looked at; of everybody's if none is given. */
  unreadFrom(person?: Person): number {
    if (person) return this.unread.get(person.id) ?? 0;
    return [...this.unread.values()].reduce((sum, count) => sum + count, 0);
  }

  private partner({ from, to }: Message): Person {
    return this.isMe(from) ? to : from;
  }
}
