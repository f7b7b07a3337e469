import Usher from "@usher/app-server";

const options = { appId: "1", key: "k", secret: "s", host: "127.0.0.1" };
export async function typed() {
  const usher = new Usher(options);
  await usher.trigger("news", "headline", { text: "typed" }, { socket_id: "1.1" });
  await usher.trigger([`private-order.${id}`], "paid", { amount: 1 });
  await usher.sendToUser(id, "greeting", { text: "hello" });
  // @ts-expect-error there is no such channel
  await usher.trigger("new", "headline", { text: "typed" });
  // @ts-expect-error there is no such event
  await usher.trigger("news", "headlines", { text: "typed" });
  // @ts-expect-error it has no such member
  await usher.trigger("news", "headline", { title: "typed" });
  // @ts-expect-error there is no such event
  await usher.sendToUser(id, "greetings", { text: "hello" });
  const { occupied, user_count, cache } = await usher.channel("presence-cache-lobby", {
    info: ["user_count", "cache"],
  });
  is(occupied);
  is(user_count);
  is(cache?.data);
  // @ts-expect-error it was not asked for
  (await usher.channel("news")).subscription_count;
  for (const [name, { user_count }] of await usher.channels({ prefix: "presence-", info: ["user_count"] })) {
    is(name);
    is(user_count);
  }
  // @ts-expect-error that can be asked of one channel only
  await usher.channels({ info: ["cache"] });
  is(await usher.members("presence-lobby"));
}
export async function untyped() {
  const usher = new Usher(options);
  await usher.trigger("any", "event", { of: ["any", "shape"] });
  await usher.sendToUser(id, "any", "text");
}
export function told(event) {
  switch (event.name) {
    case "member_added":
      is(event.user_id);
      break;
    case "subscription_count":
      is(event.subscription_count);
      break;
    case "client_event":
      is(event.user_id);
      break;
    default:
      // @ts-expect-error nobody in particular
      event.user_id;
  }
}
