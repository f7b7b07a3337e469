import Usher, { SigninError } from "@usher/client";
import Core from "@usher/client/core";
import Encrypting from "@usher/client/with-encryption";

async function typed() {
  const usher = new Usher("app-key", { wsHost: "127.0.0.1" });
  const news = usher.subscribe("news");
  news
    .bind("headline", ({ text }) => is(text))
    .bind("pusher:subscription_count", ({ subscription_count }) => is(subscription_count));
  // @ts-expect-error there is no such event
  news.bind("headlines", () => {});
  // @ts-expect-error it has no such member
  news.bind("headline", ({ title }) => title);
  // @ts-expect-error there is no such channel
  usher.subscribe("new");
  const order = usher.subscribe("private-order.7");
  order.bind("paid", ({ amount }) => is(amount));
  order.unbind("paid");
  // @ts-expect-error an amount is a number
  order.bind("paid", ({ amount }) => amount);
  // @ts-expect-error no order is called so
  usher.subscribe("private-orders.7");
  const room = usher.subscribe("presence-room");
  room.bind("pusher:subscription_succeeded", (members) => is(members));
  room.bind("pusher:member_added", (member) => is(member));
  room.bind("client-typing", ({ on }, metadata) => is([on, metadata?.user_id]));
  is(room.members.count);
  room.trigger("client-typing", { on: true });
  // @ts-expect-error there is no such event
  room.trigger("client-typo", {});
  // @ts-expect-error it has another shape
  room.trigger("client-typing", { on: "yes" });
  // @ts-expect-error clients send none here
  news.trigger("headline", { text: "mine" });
  // @ts-expect-error there is no such channel
  usher.unsubscribe("newz");
  usher.user.on("state_change", ({ current }) => is(current));
  const maybe = undefined;
  void usher.signin({ signal: maybe, timeout: undefined });
  void news.events("headline", { signal: maybe });
  usher.user.bind("greeting", ({ text }) => is(text));
  usher.user.bind("pusher:signin_error", ({ error, status, retryIn }) => {
    is(error);
    is(status);
    is(retryIn);
  });
  // @ts-expect-error users are told nothing of the kind
  usher.user.bind("farewell", () => {});
  for await (const { amount } of order.events("paid", { signal: new AbortController().signal })) is(amount);
  const stop = order.once("shipped", ({ at }) => is(at));
  stop();
  try {
    const user = await usher.signin({ timeout: 1000 });
    is(user.id);
  } catch (error) {
    if (error instanceof SigninError && error.code === "rejected") is(error.serverCode);
  }
  is(usher.user.state);
}
/** Code written for pusher-js says nothing of its events, and may do everything. */
function untyped(name) {
  const usher = new Usher("app-key", {
    cluster: "eu",
    wsHost: "127.0.0.1",
    enabledTransports: ["ws", "wss"],
    authEndpoint: "/auth",
  });
  is(usher.subscribe(name).bind("anything", (data) => data.a));
  is(usher.subscribe("presence-room"));
  usher.user.bind("anything", (data) => data.whatever);
  usher.subscribe(name).trigger(name, { of: "any shape" });
  usher.signin();
  // @ts-expect-error a port is a number
  new Usher("app-key", { wsHost: "127.0.0.1", wsPort: "6001" });
  // @ts-expect-error the core does not take what is deprecated
  new Core("app-key", { wsHost: "127.0.0.1", authEndpoint: "/auth" });
  is(new Encrypting("app-key", { wsHost: "127.0.0.1" }));
}
void [typed, untyped];
