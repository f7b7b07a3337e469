import Usher, { type Channel, type Member, type Members, type PresenceChannel, SigninError } from "@usher/client";
import Core from "@usher/client/core";
import Encrypting from "@usher/client/with-encryption";

// What the compilers of apps must accept, and what they must refuse. types.test.ts compiles it.

interface AppEvents {
  channels: {
    news: { headline: { text: string } };
    [order: `private-order.${string}`]: { paid: { amount: number }; shipped: { at: string } };
    "presence-room": { "client-typing": { on: boolean } };
  };
  user: { greeting: { text: string } };
}

declare function is<T>(value: T): void;

async function typed(): Promise<void> {
  const usher = new Usher<AppEvents>("app-key", { wsHost: "127.0.0.1" });

  const news = usher.subscribe("news");
  news
    .bind("headline", ({ text }) => is<string>(text))
    .bind("pusher:subscription_count", ({ subscription_count }) => is<number>(subscription_count));
  // @ts-expect-error there is no such event
  news.bind("headlines", () => {});
  // @ts-expect-error it has no such member
  news.bind("headline", ({ title }) => title);
  // @ts-expect-error there is no such channel
  usher.subscribe("new");

  const order = usher.subscribe("private-order.7");
  order.bind("paid", ({ amount }) => is<number>(amount));
  order.unbind("paid");
  // @ts-expect-error an amount is a number
  order.bind("paid", ({ amount }: { amount: string }) => amount);
  // @ts-expect-error no order is called so
  usher.subscribe("private-orders.7");

  const room = usher.subscribe("presence-room");
  room.bind("pusher:subscription_succeeded", (members) => is<Members>(members));
  room.bind("pusher:member_added", (member) => is<Member>(member));
  room.bind("client-typing", ({ on }, metadata) => is<[boolean, string | undefined]>([on, metadata?.user_id]));
  is<number>(room.members.count);
  room.trigger("client-typing", { on: true });
  // @ts-expect-error there is no such event
  room.trigger("client-typo", {});
  // @ts-expect-error it has another shape
  room.trigger("client-typing", { on: "yes" });
  // @ts-expect-error clients send none here
  news.trigger("headline", { text: "mine" });
  // @ts-expect-error there is no such channel
  usher.unsubscribe("newz");
  usher.user.on("state_change", ({ current }) =>
    is<"signed_in" | "failed" | "signed_out" | "authenticating" | "verifying">(current),
  );
  const maybe = undefined as AbortSignal | undefined;
  void usher.signin({ signal: maybe, timeout: undefined });
  void news.events("headline", { signal: maybe });

  usher.user.bind("greeting", ({ text }) => is<string>(text));
  usher.user.bind("pusher:signin_error", ({ error, status, retryIn }) => {
    is<string>(error);
    is<number | undefined>(status);
    is<number | undefined>(retryIn);
  });
  // @ts-expect-error users are told nothing of the kind
  usher.user.bind("farewell", () => {});

  for await (const { amount } of order.events("paid", { signal: new AbortController().signal })) is<number>(amount);
  const stop: () => void = order.once("shipped", ({ at }) => is<string>(at));
  stop();

  try {
    const user = await usher.signin({ timeout: 1000 });
    is<string>(user.id);
  } catch (error) {
    if (error instanceof SigninError && error.code === "rejected") is<number | null | undefined>(error.serverCode);
  }
  is<"signed_out" | "authenticating" | "verifying" | "signed_in" | "failed">(usher.user.state);
}

/** Code written for pusher-js says nothing of its events, and may do everything. */
function untyped(name: string): void {
  const usher = new Usher("app-key", {
    cluster: "eu",
    wsHost: "127.0.0.1",
    enabledTransports: ["ws", "wss"],
    authEndpoint: "/auth",
  });
  is<Channel>(usher.subscribe(name).bind("anything", (data: { a: number }) => data.a));
  is<PresenceChannel>(usher.subscribe("presence-room"));
  usher.user.bind("anything", (data) => data.whatever);
  usher.subscribe(name).trigger(name, { of: "any shape" });
  usher.signin();
  // @ts-expect-error a port is a number
  new Usher("app-key", { wsHost: "127.0.0.1", wsPort: "6001" });
  // @ts-expect-error the core does not take what is deprecated
  new Core("app-key", { wsHost: "127.0.0.1", authEndpoint: "/auth" });
  is<Usher>(new Encrypting<AppEvents>("app-key", { wsHost: "127.0.0.1" }) as unknown as Usher);
}

void [typed, untyped];
