import { randomUUID } from "node:crypto";
import { Refusal } from "./refusal.ts";
import type { Message, Person } from "./wire.ts";

const textLength = 1_000;
const kept = 500;

/** What people have written to each other lately, in memory: a device that comes later sees it too. */
export class Messages {
  readonly #messages: Message[] = [];

  /** @throws Refusal if the text is none */
  write(from: Person, to: Person, text: unknown): Message {
    if (typeof text !== "string" || text.trim() === "") throw new Refusal(400, "A message has a text");
    if (text.length > textLength) throw new Refusal(400, `A message has at most ${textLength} characters`);
    const message: Message = { id: randomUUID(), from, to, text: text.trim(), at: new Date().toISOString() };
    this.#messages.push(message);
    if (this.#messages.length > kept) this.#messages.shift();
    return message;
  }

  /** All that the person wrote or got, the oldest first. */
  of({ id }: Person): Message[] {
    return this.#messages.filter(({ from, to }) => from.id === id || to.id === id);
  }
}
