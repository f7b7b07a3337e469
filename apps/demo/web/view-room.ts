import type { Person } from "../src/wire.ts";
import { avatar } from "./avatar.ts";
import { h, icon } from "./dom.ts";
import type { Link } from "./realtime.ts";
import type { Room } from "./room.ts";
import { conversationView } from "./view-conversation.ts";
import { devicesView } from "./view-devices.ts";
import { peopleView } from "./view-people.ts";

/** What one can do. Each resolves with a sentence if it failed. */
export interface Actions {
  send(to: Person, text: string): Promise<string | undefined>;
  disconnect(person: Person): Promise<string | undefined>;
  logOut(): Promise<string | undefined>;
  signOutEverywhere(): Promise<string | undefined>;
}

/** A part of the page that shows the room. */
export interface View {
  readonly element: HTMLElement;
  update(): void;
}

const words: Readonly<Record<Link, string>> = {
  connecting: "connecting…",
  "signing in": "signing in…",
  "signed in": "signed in",
  "trying again": "no connection, trying again…",
};

/** The page of somebody who is logged in. It follows the room from here on. */
export function roomView(room: Room, actions: Actions): HTMLElement {
  const status = h("span", { class: "status", role: "status" });
  const fault = h("p", { class: "fault banner", role: "alert", hidden: true });
  const views = [peopleView(room, actions), conversationView(room, actions), devicesView(room, actions)];
  const { person } = room.me;
  const element = h(
    "div",
    { class: "room" },
    h(
      "header",
      {},
      h("h1", { class: "brand" }, icon("usher"), h("span", {}, "Usher ", h("small", {}, "demo"))),
      status,
      h("span", { class: "self" }, avatar(person), h("strong", {}, person.name)),
      h("button", { type: "button", class: "quiet", onclick: logOut }, "Log out"),
    ),
    fault,
    ...views.map((view) => view.element),
  );

  room.changed = () => {
    status.textContent = words[room.link];
    element.dataset["link"] = room.link;
    const unread = room.unreadFrom();
    document.title = `${unread > 0 ? `(${unread}) ` : ""}${person.name} · Usher demo`;
    for (const view of views) view.update();
  };
  room.changed();
  return element;

  async function logOut(): Promise<void> {
    const sentence = await actions.logOut();
    fault.hidden = sentence === undefined;
    fault.textContent = sentence ?? "";
  }
}
