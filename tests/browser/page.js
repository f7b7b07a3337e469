// What runs in the page and in the worker of client.test.ts: signs in, and says what it hears.
import { Usher } from "@usher/client";

/** @param {{ port: number, say: (word: string) => void }} options */
export function run({ port, say }) {
  const usher = new Usher("app-key", { wsHost: "127.0.0.1", wsPort: port, forceTLS: false });
  usher.user.bind("hello", ({ text }) => say(`hello ${text}`));
  usher.bind("pusher:signin_success", () => say(`signed in as ${usher.user.user_data.id}`));
  usher.user.bind("pusher:signin_error", ({ error }) => say(`refused: ${error}`));
  usher.connection.bind("error", ({ data }) => say(`error ${data.code}`));
  usher.connection.bind("disconnected", () => say("disconnected"));
  const room = usher.subscribe("presence-room");
  room.bind("pusher:subscription_succeeded", ({ count, me }) => say(`one of ${count} as ${me.info.name}`));
  usher.signin();
}
