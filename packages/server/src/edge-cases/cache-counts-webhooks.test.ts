import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { AppInput } from "../config/config.ts";
import { type Backend, backend } from "../testing/backend.ts";
import type { Caller } from "../testing/dial.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { key, type Served, serve, subscribe, subscription, transports } from "../testing/serve.ts";

const succeeded = (channel: string) => ({ event: "pusher_internal:subscription_succeeded", channel, data: "{}" });
const unsubscribe = (channel: string) => ({ event: "pusher:unsubscribe", data: { channel } });
const missed = (channel: string) => ({ event: "pusher:cache_miss", channel, data: "{}" });
const counted = (channel: string, count: number) => ({
  event: "pusher_internal:subscription_count",
  channel,
  data: JSON.stringify({ subscription_count: count }),
});

/** How long a channel or a member may be away before a webhook tells of it. */
const away = 3000;

interface Observed extends Served {
  readonly clock: FakeClock;
  readonly hooks: Backend;
}

/** A server, and a backend that hears of the app what its endpoint wants to hear. */
async function observe(
  transport: "uws" | "node",
  endpoint: object = {},
  settings: Partial<AppInput> = {},
): Promise<Observed> {
  const hooks = await backend();
  const clock = new FakeClock();
  const apps = [{ id: "app-id", ...key, ...settings, webhooks: [{ url: hooks.url, ...endpoint }] }];
  return { ...(await serve({ transport, apps }, { clock })), clock, hooks };
}

/** Says the frames and waits until the server has done what they ask. */
async function tell(caller: Caller, ...frames: object[]): Promise<void> {
  for (const frame of frames) caller.say(frame);
  await caller.settled();
}

/** Hangs up, and waits until the server has seen it: who is with the client in a presence channel is told. */
async function hangUp({ dial }: Served, caller: Caller): Promise<void> {
  const witness = await dial();
  await tell(witness, subscription(witness, "presence-witness", { user_id: "witness" }));
  await tell(caller, subscription(caller, "presence-witness", { user_id: "goes" }));
  expect((await witness.next()).event).toBe("pusher_internal:member_added");
  await caller.hangUp(true);
  expect((await witness.next()).event).toBe("pusher_internal:member_removed");
}

const hmac = (secret: string, body: string): string => createHmac("sha256", secret).update(body, "utf8").digest("hex");

describe.each(transports)("over %s", (transport) => {
  test("38. An event that nobody was there to hear is kept, and given to who comes, alone, after the success", async () => {
    const { dial, publish } = await serve({ transport });
    const channel = "cache-news";
    await publish({ name: "old", channel, data: "1" });
    await publish({ name: "e", channel, data: "2" });
    const [first, second] = [await dial(), await dial()];
    for (const caller of [first, second]) {
      caller.say(subscribe(channel));
      expect(await caller.settled()).toEqual([succeeded(channel), { event: "e", channel, data: "2" }]);
    }
    expect(await first.settled()).toEqual([]);
  });

  test("38. An event is kept for its own sender too, and whoever has come and gone since", async () => {
    const { dial, publish } = await serve({ transport });
    const channel = "private-cache-news";
    const caller = await dial();
    await tell(caller, subscription(caller, channel));
    await publish({ name: "e", channel, data: "x", socket_id: caller.socketId });
    expect(await caller.settled()).toEqual([]);
    await tell(caller, unsubscribe(channel));
    caller.say(subscription(caller, channel));
    expect(await caller.settled()).toEqual([succeeded(channel), { event: "e", channel, data: "x" }]);
  });

  test("38. An event is kept for half an hour", async () => {
    const clock = new FakeClock();
    const { dial, publish } = await serve({ transport }, { clock });
    await publish({ name: "e", channel: "cache-news", data: "x" });
    clock.pass(1_799_999);
    const [before, after] = [await dial(), await dial()];
    before.say(subscribe("cache-news"));
    expect(await before.settled()).toMatchObject([{}, { event: "e" }]);
    clock.pass(1);
    after.say(subscribe("cache-news"));
    expect(await after.settled()).toEqual([succeeded("cache-news"), missed("cache-news")]);
  });

  test("39. Who comes to an empty cache channel is told of the miss after the success, with data for those who want some", async () => {
    const { dial } = await serve({ transport });
    const caller = await dial();
    caller.say(subscribe("cache-news"));
    expect(await caller.settled()).toEqual([succeeded("cache-news"), missed("cache-news")]);
  });

  test("39. The webhook of a cache miss comes once for all who miss", async () => {
    const observed = await observe(transport, { events: ["cache_miss"] });
    const { dial, hooks } = observed;
    for (let n = 0; n < 5; n++) {
      const caller = await dial();
      caller.say(subscribe("cache-news"));
      expect(await caller.settled()).toContainEqual(missed("cache-news"));
    }
    expect((await hooks.next()).events).toEqual([{ name: "cache_miss", channel: "cache-news" }]);
    await tell(await dial(), subscribe("cache-other"));
    expect(await hooks.nextEvents()).toEqual(["cache_miss cache-other"]);
  });

  test("40. An event of a client is not kept, neither in place of nothing nor in place of the backend's", async () => {
    const { dial, publish } = await serve({ transport, apps: [{ id: "app-id", ...key, clientEvents: true }] });
    const channel = "private-cache-room";
    const [sender, listener, late] = [await dial(), await dial(), await dial()];
    for (const caller of [sender, listener]) await tell(caller, subscription(caller, channel));
    await tell(sender, { event: "client-x", channel, data: {} });
    expect(await listener.settled()).toMatchObject([{ event: "client-x" }]);
    late.say(subscription(late, channel));
    expect(await late.settled()).toEqual([succeeded(channel), missed(channel)]);
    await publish({ name: "e", channel, data: "x" });
    await tell(sender, { event: "client-x", channel, data: {} });
    expect(await late.settled()).toMatchObject([{ event: "e" }, { event: "client-x" }]);
    const later = await dial();
    later.say(subscription(later, channel));
    expect(await later.settled()).toEqual([succeeded(channel), { event: "e", channel, data: "x" }]);
  });

  test("41. Subscribers and webhooks are told how many they are, whenever one has come or gone", async () => {
    const { dial, clock, hooks } = await observe(
      transport,
      { events: ["subscription_count"] },
      { subscriptionCount: true },
    );
    const [a, b] = [await dial(), await dial()];
    const told = async (count: number) => {
      clock.pass(100);
      expect((await hooks.next()).events).toEqual([
        { name: "subscription_count", channel: "news", subscription_count: count },
      ]);
    };
    a.say(subscribe("news"));
    expect(await a.settled()).toEqual([succeeded("news")]);
    await told(1);
    expect(await a.settled()).toEqual([counted("news", 1)]);
    await tell(b, subscribe("news"));
    await told(2);
    expect(await a.settled()).toEqual([counted("news", 2)]);
    expect(await b.settled()).toEqual([counted("news", 2)]);
    await tell(b, unsubscribe("news"));
    await told(1);
    expect(await a.settled()).toEqual([counted("news", 1)]);
    expect(await b.settled()).toEqual([]);
  });

  test("41. The members of a presence channel are not told how many subscriptions it has, nor are webhooks", async () => {
    const { dial, clock, hooks } = await observe(
      transport,
      { events: ["subscription_count"] },
      { subscriptionCount: true },
    );
    const caller = await dial();
    for (const channel of ["presence-room", "presence-cache-room"])
      await tell(caller, subscription(caller, channel, { user_id: "ann" }));
    clock.pass(10_000);
    expect(await caller.settled()).toEqual([]);
    await tell(caller, subscribe("news"));
    clock.pass(100);
    expect(await hooks.nextEvents()).toEqual(["subscription_count news"]);
  });

  test("41. A channel of more than a hundred is told at most every five seconds", async () => {
    const { dial, clock, hooks } = await observe(
      transport,
      { events: ["subscription_count"] },
      { subscriptionCount: true },
    );
    const callers = await Promise.all(Array.from({ length: 101 }, () => dial()));
    for (const caller of callers) await tell(caller, subscribe("news"));
    const [first] = callers as [Caller, ...Caller[]];
    clock.pass(100);
    expect(await first.settled()).toEqual([counted("news", 101)]);
    for (let n = 0; n < 4; n++) {
      await tell(await dial(), subscribe("news"));
      clock.pass(1000);
    }
    clock.pass(999);
    expect(await first.settled()).toEqual([]);
    clock.pass(1);
    expect(await first.settled()).toEqual([counted("news", 105)]);
    clock.pass(4999);
    expect(await first.settled()).toEqual([]);
    expect([(await hooks.next()).events, (await hooks.next()).events].flat()).toMatchObject([
      { subscription_count: 101 },
      { subscription_count: 105 },
    ]);
  });

  test("42. A channel that was left twice is vacated once, and not again when the client hangs up", async () => {
    const observed = await observe(transport, { prefix: "news" });
    const { dial, clock, hooks } = observed;
    const caller = await dial();
    await tell(caller, subscribe("news"), unsubscribe("news"), unsubscribe("news"));
    expect(await hooks.nextEvents()).toEqual(["channel_occupied news"]);
    clock.pass(away);
    expect(await hooks.nextEvents()).toEqual(["channel_vacated news"]);
    await tell(caller, unsubscribe("news"));
    clock.pass(away);
    await hangUp(observed, caller);
    clock.pass(away);
    await tell(await dial(), subscribe("news-sentinel"));
    expect(await hooks.nextEvents()).toEqual(["channel_occupied news-sentinel"]);
  });

  test("42. A channel is not vacated by who was never in it", async () => {
    const observed = await observe(transport, { prefix: "news" });
    const { dial, clock, hooks } = observed;
    const [caller, stranger] = [await dial(), await dial()];
    await tell(caller, subscribe("news"));
    expect(await hooks.nextEvents()).toEqual(["channel_occupied news"]);
    await tell(stranger, unsubscribe("news"));
    await hangUp(observed, stranger);
    clock.pass(away);
    await tell(caller, subscribe("news-sentinel"));
    expect(await hooks.nextEvents()).toEqual(["channel_occupied news-sentinel"]);
  });

  test("43. A channel that is subscribed to again is occupied once, and its member added once", async () => {
    const { dial, hooks } = await observe(transport);
    const caller = await dial();
    const again = [subscribe("news"), subscribe("news"), subscribe("news")];
    await tell(caller, ...again);
    const member = subscription(caller, "presence-room", { user_id: "ann" });
    await tell(caller, member, member, member);
    expect(await hooks.nextEvents()).toEqual(["channel_occupied news"]);
    expect(await hooks.nextEvents()).toEqual(["channel_occupied presence-room"]);
    expect(await hooks.nextEvents()).toEqual(["member_added presence-room"]);
    await tell(caller, subscribe("sentinel"));
    expect(await hooks.nextEvents()).toEqual(["channel_occupied sentinel"]);
  });

  test("44. A channel to which somebody is back within three seconds was neither vacated nor occupied", async () => {
    const { dial, clock, hooks } = await observe(transport);
    const caller = await dial();
    await tell(caller, subscribe("news"));
    expect(await hooks.nextEvents()).toEqual(["channel_occupied news"]);
    for (let n = 0; n < 3; n++) {
      await tell(caller, unsubscribe("news"));
      clock.pass(away - 1);
      await tell(caller, subscribe("news"));
      clock.pass(away);
      await tell(caller, subscribe(`sentinel-${n}`));
      expect(await hooks.nextEvents()).toEqual([`channel_occupied sentinel-${n}`]);
    }
    await tell(caller, unsubscribe("news"));
    clock.pass(away);
    expect(await hooks.nextEvents()).toEqual(["channel_vacated news"]);
    await tell(caller, subscribe("news"));
    expect(await hooks.nextEvents()).toEqual(["channel_occupied news"]);
  });

  test("44. A page that is loaded again neither vacates its channels nor removes its member", async () => {
    const observed = await observe(transport, { prefix: "presence-room" });
    const { dial, clock, hooks } = observed;
    const before = await dial();
    await tell(before, subscription(before, "presence-room", { user_id: "ann" }));
    expect(await hooks.nextEvents()).toEqual(["channel_occupied presence-room"]);
    expect(await hooks.nextEvents()).toEqual(["member_added presence-room"]);
    await hangUp(observed, before);
    clock.pass(away - 1);
    const after = await dial();
    await tell(after, subscription(after, "presence-room", { user_id: "ann" }));
    clock.pass(away);
    await tell(after, unsubscribe("presence-room"));
    clock.pass(away);
    expect((await hooks.next()).events).toEqual([{ name: "member_removed", channel: "presence-room", user_id: "ann" }]);
    expect((await hooks.next()).events).toEqual([{ name: "channel_vacated", channel: "presence-room" }]);
  });

  test("45. The signature of a webhook is that of the very bytes that arrive", async () => {
    const { dial, hooks } = await observe(transport, { batch: false }, { clientEvents: true });
    const caller = await dial();
    await tell(caller, subscription(caller, "presence-room", { user_id: 'ą§😀"\\/' }));
    await tell(caller, { event: "client-ż", channel: "presence-room", data: '{ "a" : "\\u00e9é\u2028" }' });
    for (const name of ["channel_occupied", "member_added", "client_event"]) {
      const { headers, body, events } = await hooks.next();
      expect(events).toMatchObject([{ name }]);
      expect(headers["x-pusher-key"]).toBe("app-key");
      expect(headers["x-pusher-signature"]).toBe(hmac("app-secret", body));
      if (name !== "client_event") continue;
      expect(events).toEqual([
        {
          name,
          channel: "presence-room",
          event: "client-ż",
          data: '{ "a" : "\\u00e9é\u2028" }',
          socket_id: caller.socketId,
          user_id: 'ą§😀"\\/',
        },
      ]);
    }
  });

  test("45. A webhook carries the events that its endpoint wants and no other, signed without the others", async () => {
    const { dial, clock, hooks } = await observe(transport, { events: ["member_added"], suffix: "-eu", batch: true });
    const caller = await dial();
    for (const channel of ["presence-a-eu", "presence-a", "presence-b-eu"])
      await tell(caller, subscription(caller, channel, { user_id: "ann" }));
    clock.pass(50);
    const { headers, body, events } = await hooks.next();
    expect(events).toEqual([
      { name: "member_added", channel: "presence-a-eu", user_id: "ann" },
      { name: "member_added", channel: "presence-b-eu", user_id: "ann" },
    ]);
    expect(headers["x-pusher-signature"]).toBe(hmac("app-secret", body));
  });

  test("45. The events of two apps that wait for one address go in two requests, each with the key of its app", async () => {
    const hooks = await backend();
    const clock = new FakeClock();
    const webhooks = [{ url: hooks.url, batch: true }];
    const apps = ["one", "two"].map((id) => ({ id, key: `${id}-key`, secret: `${id}-secret`, webhooks }));
    const { dial } = await serve({ transport, apps }, { clock });
    const [one, two] = [await dial("/app/one-key?protocol=7"), await dial("/app/two-key?protocol=7")];
    await tell(one, subscribe("news"));
    await tell(two, subscribe("news"), subscribe("sports"));
    await tell(one, subscribe("weather"));
    clock.pass(50);
    const requests = new Map([await hooks.next(), await hooks.next()].map((it) => [it.headers["x-pusher-key"], it]));
    const channels = { "one-key": ["news", "weather"], "two-key": ["news", "sports"] };
    for (const [name, expected] of Object.entries(channels)) {
      const request = requests.get(name);
      expect(request?.events.map(({ channel }) => channel)).toEqual(expected);
      expect(request?.headers["x-pusher-signature"]).toBe(hmac(name.replace("key", "secret"), request?.body ?? ""));
    }
  });

  test("46. The Content-Type of a webhook is application/json and nothing more", async () => {
    const { dial, hooks } = await observe(transport);
    await tell(await dial(), subscribe("news"));
    expect((await hooks.next()).headers["content-type"]).toBe("application/json");
  });
});
