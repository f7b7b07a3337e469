import { Refusal } from "./refusal.ts";
import type { Person } from "./wire.ts";

const nameLength = 24;

/** The people who have ever logged in, in memory. There are no passwords: this is a demo. */
export class Accounts {
  readonly #people = new Map<string, Person>();

  /**
   * The person of this name, new or known. Names that differ only in case, accents or punctuation are the same person's.
   *
   * @throws Refusal if it is no name
   */
  logIn(name: unknown): Person {
    if (typeof name !== "string") throw new Refusal(400, "Tell a name");
    const shown = name.trim().replace(/\s+/g, " ");
    const id = userId(shown);
    if (id === "") throw new Refusal(400, "A name has at least one letter or digit");
    if (shown.length > nameLength) throw new Refusal(400, `A name has at most ${nameLength} characters`);
    const known = this.#people.get(id);
    if (known) return known;
    const person: Person = { id, name: shown, hue: hueOf(id) };
    this.#people.set(id, person);
    return person;
  }

  /** @throws Refusal if nobody has this id */
  find(id: unknown): Person {
    const person = typeof id === "string" ? this.#people.get(id) : undefined;
    if (!person) throw new Refusal(404, "Nobody here has this id");
    return person;
  }
}

/** Lower-case letters, digits and dashes, since it stands in the name of a channel. Letters beyond ASCII become their code points. */
function userId(name: string): string {
  return name
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{Mark}/gu, "")
    .replace(/[^\p{Letter}\p{Number}]+/gu, "-")
    .replace(/[^a-z0-9-]/gu, (letter) => `u${letter.codePointAt(0)?.toString(16)}`)
    .replace(/^-|-$/g, "");
}

function hueOf(id: string): number {
  let hash = 0x811c9dc5; // FNV-1a: names that differ little get colours that differ much
  for (const letter of id) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return hash % 360;
}
