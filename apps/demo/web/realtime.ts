import { type AuthFault, type ConnectionError, type Member, type StateChange, Usher } from "@usher/client";
import type { Config, Device, Ended, Me, Message, Person } from "../src/wire.ts";

/** How far this page has come with the channels server. */
export type Link = "connecting" | "signing in" | "signed in" | "trying again";

/** Hears what happens. */
export interface RealtimeListener {
  link(link: Link): void;
  /** Everybody who is here. */
  here(people: readonly Person[]): void;
  /** The ids of one's own devices that are connected. */
  connected(devices: ReadonlySet<string>): void;
  message(message: Message): void;
  devices(devices: readonly Device[]): void;
  /** The connection is over for good, or this person is nobody any more: back to the login, with a sentence. */
  over(sentence: string): void;
}

/** Code of the protocol: the server ended the connection, and does not want it back unasked. */
const unauthorized = 4009;
/** Milliseconds until a sign-in that failed is tried again. */
const signinRetry = 3_000;

/**
 * Connects, signs in and subscribes; again after every loss of the connection.
 *
 * @returns what ends it
 */
export function openRealtime(config: Config, me: Me, listener: RealtimeListener): () => void {
  const usher = new Usher(config.key, {
    wsHost: location.hostname,
    wsPort: config.port,
    forceTLS: location.protocol === "https:",
    userAuthentication: { endpoint: "/pusher/user-auth" },
    channelAuthorization: { endpoint: "/pusher/auth" },
  });
  let closing = false;
  /** The code of the last error: when the connection is over, why. */
  let code: number | null | undefined;
  let farewell = "You were signed out everywhere.";
  let retry: ReturnType<typeof setTimeout> | undefined;

  usher.connection.bind("state_change", ({ current }: StateChange) => {
    if (closing) return;
    if (current === "connecting") listener.link("connecting");
    if (current === "connected") listener.link("signing in");
    if (current === "unavailable") listener.link("trying again");
    // Nobody called disconnect(): the server has ended the connection, and does not want it back.
    const sentence = code === unauthorized ? farewell : "The server ended the connection.";
    if (current === "disconnected" || current === "failed") listener.over(sentence);
  });
  usher.connection.bind("error", (error: ConnectionError) => {
    if (error.type === "PusherError") code = error.data.code;
  });

  usher.user.bind("pusher:signin_success", () => listener.link("signed in"));
  usher.user.bind("pusher:signin_error", ({ status }: AuthFault) => {
    if (status === 403) {
      listener.over("Your session has ended. Log in again.");
      return;
    }
    listener.link("trying again");
    retry = setTimeout(tryAgain, signinRetry);
  });
  usher.user.bind("message", (message: Message) => listener.message(message));
  usher.user.bind("ended", ({ by }: Ended) => {
    if (by.id !== me.person.id) farewell = `${by.name} ended your connections.`;
  });
  usher.user.bind("devices", (devices: Device[]) => {
    if (devices.some(({ id }) => id === me.device)) listener.devices(devices);
    else listener.over("You were logged out on this device.");
  });
  usher.signin();

  follow("presence-people", (members) => listener.here(members.map(({ info }) => info)));
  follow(`presence-devices-${me.person.id}`, (members) => listener.connected(new Set(members.map(({ id }) => id))));
  return () => {
    closing = true;
    clearTimeout(retry);
    usher.disconnect();
  };

  /** What the backend did not sign when it was asked: sign-in and channels. */
  function tryAgain(): void {
    usher.signin();
    for (const channel of usher.allChannels()) channel.subscribe();
  }

  function follow(name: `presence-${string}`, changed: (members: Member[]) => void): void {
    const channel = usher.subscribe(name);
    const tell = (): void => {
      const members: Member[] = [];
      channel.members.each((member) => members.push(member));
      changed(members);
    };
    channel.bind("pusher:subscription_succeeded", tell);
    channel.bind("pusher:member_added", tell);
    channel.bind("pusher:member_removed", tell);
  }
}
