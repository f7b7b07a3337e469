import type { Person } from "../src/wire.ts";
import { h } from "./dom.ts";

/** The initials of a person on the person's colour. The name stands beside it, so it is decoration. */
export function avatar(person: Person): HTMLElement {
  const element = h("span", { class: "avatar", "aria-hidden": "true" }, initials(person.name));
  element.style.setProperty("--hue", String(person.hue));
  return element;
}

function initials(name: string): string {
  const words = name.split(" ");
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...(word ?? "")][0] ?? "").join("");
}
