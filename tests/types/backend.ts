import Usher, { type Options, type PresenceChannelData, type WebhookEvent } from "@usher/app-server";

// What the compilers of backends must accept, and what they must refuse. types.test.ts compiles it.

interface AppEvents {
  channels: {
    news: { headline: { text: string } };
    [order: `private-order.${string}`]: { paid: { amount: number } };
  };
  user: { greeting: { text: string } };
}

declare function is<T>(value: T): void;
declare const id: string;
const options: Options = { appId: "1", key: "k", secret: "s", host: "127.0.0.1" };
export const member: PresenceChannelData = { user_id: "ann" };

export async function typed(): Promise<void> {
  const usher = new Usher<AppEvents>(options);
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

  await usher.triggerBatch([
    { channel: "news", name: "headline", data: { text: "typed" }, info: "user_count" },
    { channel: `private-order.${id}`, name: "paid", data: { amount: 1 } },
  ]);
  // @ts-expect-error there is no such channel
  await usher.triggerBatch([{ channel: "nope", name: "headline", data: { text: "typed" } }]);
  // @ts-expect-error it has no such member
  await usher.triggerBatch([{ channel: "news", name: "headline", data: { title: "typed" } }]);

  const { occupied, user_count, cache } = await usher.channel("presence-cache-lobby", {
    info: ["user_count", "cache"],
  });
  is<boolean>(occupied);
  is<number>(user_count);
  is<string | undefined>(cache?.data);
  // @ts-expect-error it was not asked for
  (await usher.channel("news")).subscription_count;
  for (const [name, { user_count }] of await usher.channels({ prefix: "presence-", info: ["user_count"] })) {
    is<string>(name);
    is<number>(user_count);
  }
  // @ts-expect-error that can be asked of one channel only
  await usher.channels({ info: ["cache"] });
  is<readonly string[]>(await usher.members("presence-lobby"));
}

export async function untyped(): Promise<void> {
  const usher = new Usher(options);
  await usher.trigger("any", "event", { of: ["any", "shape"] });
  await usher.sendToUser(id, "any", "text");
  await usher.triggerBatch([{ channel: "any", name: "event", data: 1 }]);
  await usher.get({ path: "/channels", params: { a: ["x"], b: undefined } });
}

export function told(event: WebhookEvent): void {
  switch (event.name) {
    case "member_added":
      is<string>(event.user_id);
      break;
    case "subscription_count":
      is<number>(event.subscription_count);
      break;
    case "client_event":
      is<string | undefined>(event.user_id);
      break;
    default:
      // @ts-expect-error nobody in particular
      event.user_id;
  }
}
