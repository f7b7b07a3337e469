import type { Message, Person } from "../src/wire.ts";
import { avatar } from "./avatar.ts";
import { clockTime } from "./clock-time.ts";
import { h, icon, keyedList, type Row } from "./dom.ts";
import type { Room } from "./room.ts";
import { type ComposerWords, composerView } from "./view-composer.ts";
import type { Actions, View } from "./view-room.ts";

/** Messages of one person that are this close together stand together, in milliseconds. */
const together = 5 * 60_000;

/** The conversation with the chosen person; before anybody is chosen, what to do. */
export function conversationView(room: Room, actions: Pick<Actions, "send">): View {
  const element = h("main", { class: "conversation" });
  const invitation = emptyState();
  let open: (View & { readonly person: Person }) | undefined;
  element.append(invitation.element);
  return {
    element,
    update() {
      const { chosen, here } = room;
      if (!chosen) {
        invitation.say(here.length > 1 ? toChoose : toInvite);
        return;
      }
      if (open?.person.id !== chosen.id) {
        open = { person: chosen, ...dialogue(room, chosen, actions) };
        element.replaceChildren(open.element);
        enter(open.element);
      }
      open.update();
    },
  };
}

/** Into the box that one writes in; on a touch screen only into view, for a keyboard would cover what is to be read. */
function enter(dialogue: HTMLElement): void {
  if (matchMedia("(pointer: fine)").matches) dialogue.querySelector("textarea")?.focus();
  else dialogue.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

const toChoose: EmptyWords = {
  title: "To whom?",
  sentence: "Choose somebody under “Here now” and write the first line.",
};
const toInvite: EmptyWords = {
  title: "You are the first one here",
  sentence: "Open this address in another browser, or in a private window, and log in as somebody else.",
};

type Words = EmptyWords & ComposerWords;

const toYourself: Words = {
  title: "Notes to yourself",
  sentence: "What you write here appears on all of your devices, and nowhere else.",
  label: "Note to yourself",
  hint: "Delivered to every device of yours",
};

function to({ name }: Person): Words {
  return {
    title: `Say hello to ${name}`,
    sentence: `It appears wherever ${name} is signed in, at once.`,
    label: `Message to ${name}`,
    hint: `Delivered to every device of ${name}, and to your own`,
  };
}

function dialogue(room: Room, person: Person, actions: Pick<Actions, "send">): View {
  const presence = h("span", { class: "presence" });
  const log = h("ol", {
    class: "log",
    role: "log",
    "aria-live": "polite",
    "aria-label": `Conversation with ${person.name}`,
  });
  const updateLog = keyedList<Message & { joined: boolean }>(log, (message) => bubble(room, message));
  const words = room.isMe(person) ? toYourself : to(person);
  const empty = emptyState();
  empty.say(words);
  const composer = composerView(words, (text) => actions.send(person, text));
  const element = h(
    "div",
    { class: "dialogue" },
    h("div", { class: "partner" }, avatar(person), h("div", {}, h("h2", {}, person.name), presence)),
    empty.element,
    log,
    composer,
  );
  return {
    element,
    update() {
      const messages = room.conversation(person);
      const here = room.isHere(person);
      presence.textContent = room.isMe(person) ? "this is you" : here ? "here now" : "not here now";
      presence.classList.toggle("is-here", here);
      empty.element.hidden = messages.length > 0;
      log.hidden = messages.length === 0;
      const before = log.childElementCount;
      updateLog(messages.map((message, index) => ({ ...message, joined: belongs(message, messages[index + 1]) })));
      if (log.childElementCount !== before) log.scrollTop = log.scrollHeight;
    },
  };
}

/** Whether the next message is so close that it tells the time for this one too. */
function belongs(message: Message, next: Message | undefined): boolean {
  return next?.from.id === message.from.id && Date.parse(next.at) - Date.parse(message.at) < together;
}

function bubble(room: Room, message: Message): Row<{ readonly joined: boolean }> {
  const mine = room.isMe(message.from);
  const author = h("span", { class: "unseen" }, `${mine ? "You" : message.from.name}: `);
  const element = h(
    "li",
    { class: mine ? "bubble mine" : "bubble" },
    author,
    h("p", {}, message.text),
    h("time", { datetime: message.at }, clockTime(message.at)),
  );
  return { element, update: ({ joined }) => element.classList.toggle("joined", joined) };
}

/** What stands where nothing was written yet. */
interface EmptyWords {
  readonly title: string;
  readonly sentence: string;
}

function emptyState(): { readonly element: HTMLElement; say(words: EmptyWords): void } {
  const heading = h("strong");
  const text = h("p");
  return {
    element: h("div", { class: "empty" }, icon("usher"), heading, text),
    say({ title, sentence }) {
      heading.textContent = title;
      text.textContent = sentence;
    },
  };
}
