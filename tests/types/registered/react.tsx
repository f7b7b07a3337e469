import type { Member } from "@usher/client";
import { useChannel, useEvent, usePresence, useUserEvent } from "@usher/client/react";

// What hooks are typed by, once an app has said what it is told. types.test.ts compiles it.

interface AppEvents {
  channels: {
    news: { headline: { text: string } };
    "presence-room": { "client-typing": { on: boolean } };
  };
  user: { greeting: { text: string } };
}

declare module "@usher/client/react" {
  interface Register {
    events: AppEvents;
  }
}

declare function is<T>(value: T): void;

export function Typed({ isOpen }: { isOpen: boolean }) {
  useEvent("news", "headline", ({ text }) => is<string>(text));
  useEvent("news", "pusher:subscription_count", ({ subscription_count }) => is<number>(subscription_count));
  useEvent("presence-room", "pusher:member_added", (member) => is<Member>(member));
  useEvent(isOpen ? "presence-room" : null, "client-typing", ({ on }) => is<boolean>(on));
  // @ts-expect-error there is no such event
  useEvent("news", "headlines", () => {});
  // @ts-expect-error there is no such channel
  useEvent("newz", "headline", () => {});

  useUserEvent("greeting", ({ text }) => is<string>(text));
  useUserEvent("pusher:signin_error", ({ error }) => is<string>(error));
  // @ts-expect-error users are told nothing of the kind
  useUserEvent("farewell", () => {});

  const { channel } = useChannel("news");
  channel?.bind("headline", ({ text }) => is<string>(text));
  // @ts-expect-error there is no such event
  channel?.bind("headlines", () => {});

  const room = usePresence("presence-room");
  room.channel?.trigger("client-typing", { on: true });
  // @ts-expect-error it has another shape
  room.channel?.trigger("client-typing", { on: "yes" });
  // @ts-expect-error nobody is present there
  usePresence("news");
  return <p>{room.members.size}</p>;
}
