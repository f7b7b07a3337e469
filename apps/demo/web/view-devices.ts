import type { Device } from "../src/wire.ts";
import { clockTime } from "./clock-time.ts";
import { h, icon, keyedList, type Row } from "./dom.ts";
import type { Room } from "./room.ts";
import type { Actions, View } from "./view-room.ts";

/** Where one is logged in, and the way out of all of it at once. */
export function devicesView(room: Room, actions: Pick<Actions, "signOutEverywhere">): View {
  const list = h("ul", { "aria-labelledby": "devices-title" });
  const updateList = keyedList(list, row);
  const fault = h("p", { class: "fault", role: "alert" });
  const everywhere = h("button", { type: "button", class: "danger", onclick: signOut }, "Sign me out everywhere");
  const element = h(
    "aside",
    { class: "devices", "aria-labelledby": "devices-title" },
    h("h2", { id: "devices-title", class: "title" }, "Your devices"),
    list,
    h(
      "div",
      { class: "everywhere" },
      everywhere,
      fault,
      h(
        "p",
        { class: "caption" },
        "Ends your sessions, and every connection with them. ",
        h("code", {}, "terminateUserConnections"),
      ),
    ),
  );
  return { element, update: () => updateList(room.devices) };

  function row({ id, name, since }: Device): Row<Device> {
    const state = h("span", { class: "state" });
    const element = h(
      "li",
      { class: "device" },
      icon(/iPhone|Android/.test(name) ? "phone" : "laptop"),
      h("span", { class: "name" }, name),
      ...(id === room.me.device ? [h("span", { class: "tag" }, "this device")] : []),
      state,
    );
    return {
      element,
      update() {
        const connected = room.connected.has(id);
        element.classList.toggle("is-connected", connected);
        state.textContent = `${connected ? "connected" : "not connected"} · since ${clockTime(since)}`;
      },
    };
  }

  async function signOut(): Promise<void> {
    everywhere.disabled = true;
    fault.textContent = (await actions.signOutEverywhere()) ?? "";
    everywhere.disabled = false;
  }
}
