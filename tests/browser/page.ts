import type { Usher } from "@usher/client";

/** The port of the channels server; the test puts it in when it bundles. */
declare const __PORT__: number;

/** What runs in the pages and workers of client.test.ts: signs in, and says what it hears. */
export function run(say: (word: string) => void, Client: typeof Usher): void {
  const usher = new Client("app-key", { wsHost: "127.0.0.1", wsPort: __PORT__, forceTLS: false });
  usher.user.bind("hello", ({ text }) => say(`hello ${text}`));
  usher.bind("pusher:signin_success", () => say(`signed in as ${usher.user.user_data?.id}`));
  usher.user.bind("pusher:signin_error", ({ error }) => say(`refused: ${error}`));
  usher.connection.bind("error", ({ data }) => data && say(`error ${data.code}`));
  usher.connection.bind("disconnected", () => say("disconnected"));
  const room = usher.subscribe("presence-room");
  room.bind("pusher:subscription_succeeded", ({ count, me }) => say(`one of ${count} as ${me.info.name}`));
  usher.signin();
}
