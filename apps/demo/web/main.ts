import type { Config, Me } from "../src/wire.ts";
import { ApiError, api, sentenceOf } from "./api.ts";
import { h } from "./dom.ts";
import { openRealtime } from "./realtime.ts";
import { Room } from "./room.ts";
import { loginView } from "./view-login.ts";
import { roomView } from "./view-room.ts";

const page = document.querySelector("#page") ?? document.body;
const sessionEnded = "Your session has ended. Log in again.";

try {
  const [config, me] = await Promise.all([api.config(), api.me()]);
  if (me) showRoom(config, me);
  else showLogin(config);
} catch (error) {
  page.replaceChildren(h("p", { class: "fault", role: "alert" }, sentenceOf(error)));
}

/** The login card; with a sentence if somebody has just been sent there. */
function showLogin(config: Config, sentence?: string): void {
  document.title = "Usher demo";
  const view = loginView(sentence, async (name) => showRoom(config, await api.logIn(name)));
  page.replaceChildren(view.element);
  view.focus();
}

function showRoom(config: Config, me: Me): void {
  const room = new Room(me);
  let left = false;
  let loggingOut = false;
  const leave = (sentence?: string): void => {
    if (left) return;
    left = true;
    close();
    showLogin(config, loggingOut ? undefined : sentence);
  };
  /** Runs what somebody asked for. @returns a sentence if it failed */
  const attempt = async (work: () => Promise<unknown>): Promise<string | undefined> => {
    try {
      await work();
      return undefined;
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 401)) return sentenceOf(error);
      leave(sessionEnded);
      return undefined;
    }
  };

  const close = openRealtime(config, me, {
    link(link) {
      room.set({ link });
      if (link === "signed in") void attempt(catchUp);
    },
    here: (people) => room.arrange(people),
    connected: (connected) => room.set({ connected }),
    message: (message) => room.receive(message),
    devices: (devices) => room.set({ devices }),
    over: leave,
  });
  const view = roomView(room, {
    send: (to, text) => attempt(() => api.send(to.id, text)),
    disconnect: (person) => attempt(() => api.disconnect(person.id)),
    logOut: () =>
      attempt(async () => {
        loggingOut = true;
        await api.logOut().catch((error: unknown) => {
          loggingOut = false;
          throw error;
        });
        leave();
      }),
    signOutEverywhere: () =>
      attempt(async () => {
        await api.signOutEverywhere();
        leave("You were signed out everywhere.");
      }),
  });
  page.replaceChildren(view);

  /** After each sign-in: what came before it was not heard. */
  async function catchUp(): Promise<void> {
    const [devices, messages] = await Promise.all([api.devices(), api.messages()]);
    room.set({ devices });
    room.recall(messages);
  }
}
