import type { Person } from "../src/wire.ts";
import { avatar } from "./avatar.ts";
import { h, icon, keyedList, type Row } from "./dom.ts";
import type { Room } from "./room.ts";
import { personMenu } from "./view-person-menu.ts";
import type { Actions, View } from "./view-room.ts";

/** Who is here, and who was: to open a conversation, or to end somebody's connections. */
export function peopleView(room: Room, actions: Pick<Actions, "disconnect">): View {
  const menu = personMenu(actions);
  const hereList = h("ul", { "aria-labelledby": "here-title" });
  const awayList = h("ul", { "aria-labelledby": "away-title" });
  const updateHere = keyedList(hereList, row);
  const updateAway = keyedList(awayList, row);
  const count = h("span", { class: "count", "aria-hidden": "true" });
  const away = h("div", { class: "away" }, h("h2", { id: "away-title", class: "title" }, "Not here now"), awayList);
  const element = h(
    "section",
    { class: "people", "aria-label": "People" },
    h("div", { class: "here" }, h("h2", { id: "here-title", class: "title" }, "Here now"), count, hereList),
    away,
    ...menu.elements,
  );
  return {
    element,
    update() {
      updateHere(room.here);
      updateAway(room.away());
      count.textContent = String(room.here.length);
      away.hidden = awayList.childElementCount === 0;
    },
  };

  function row(person: Person): Row<Person> {
    const badge = h("span", { class: "badge" });
    const choose = h(
      "button",
      { type: "button", class: "person", onclick: () => room.choose(person) },
      avatar(person),
      h("span", { class: "name" }, person.name),
      ...(room.isMe(person) ? [h("span", { class: "tag" }, "you")] : []),
      badge,
    );
    const label = `More about ${person.name}`;
    const more = h(
      "button",
      { type: "button", class: "more", "aria-label": label, "aria-haspopup": "menu" },
      icon("more"),
    );
    more.addEventListener("click", () => menu.open(person, more));
    return {
      element: h("li", {}, choose, ...(room.isMe(person) ? [] : [more])),
      update() {
        const unread = room.unreadFrom(person);
        choose.setAttribute("aria-current", String(room.chosen?.id === person.id));
        badge.hidden = unread === 0;
        badge.replaceChildren(String(unread), h("span", { class: "unseen" }, " unread"));
      },
    };
  }
}
