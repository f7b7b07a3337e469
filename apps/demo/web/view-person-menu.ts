import type { Person } from "../src/wire.ts";
import { h } from "./dom.ts";
import type { Actions } from "./view-room.ts";

/** The small menu of a person, and the question that it leads to. */
export interface PersonMenu {
  readonly elements: readonly HTMLElement[];
  open(person: Person, beside: HTMLElement): void;
}

export function personMenu(actions: Pick<Actions, "disconnect">): PersonMenu {
  let person: Person | undefined;
  let opener: HTMLElement | undefined;
  const item = h(
    "button",
    { type: "button", role: "menuitem", class: "danger-text", onclick: ask },
    "End their connections…",
  );
  const menu = h("div", { class: "menu", role: "menu", popover: "auto" }, item);

  const title = h("h2", { id: "confirm-title" });
  const fault = h("p", { class: "fault", role: "alert" });
  const end = h("button", { type: "button", class: "danger-solid", onclick: confirm }, "End connections");
  const cancel = h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, "Cancel");
  const explanation =
    "On every device: the sessions end first, then the server closes the connections. It is what a backend does when it bans somebody. ";
  const dialog = h(
    "dialog",
    { "aria-labelledby": "confirm-title", onclose: () => opener?.focus() },
    title,
    h("p", {}, explanation, h("code", {}, "terminateUserConnections")),
    fault,
    h("div", { class: "buttons" }, cancel, end),
  );

  return {
    elements: [menu, dialog],
    open(whom, beside) {
      person = whom;
      opener = beside;
      const { left, bottom } = beside.getBoundingClientRect();
      menu.showPopover();
      const fits = Math.min(left, innerWidth - menu.offsetWidth - 12);
      menu.style.left = `${Math.max(12, fits)}px`;
      menu.style.top = `${bottom + 4}px`;
      item.focus();
    },
  };

  function ask(): void {
    menu.hidePopover();
    title.textContent = `End ${person?.name}’s connections?`;
    fault.textContent = "";
    dialog.showModal();
  }

  async function confirm(): Promise<void> {
    if (!person) return;
    const sentence = await actions.disconnect(person);
    if (sentence === undefined) dialog.close();
    else fault.textContent = sentence;
  }
}
