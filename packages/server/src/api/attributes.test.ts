import { describe, expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { serve, subscribe, subscription, transports } from "../testing/serve.ts";

const app = { id: "app-id", key: "app-key", secret: "app-secret", subscriptionCount: true };

describe.each(transports)("over %s", (transport) => {
  /** Two of ann and one of bob in presence-room, two in news. */
  async function start(apps: object = app) {
    const clock = new FakeClock();
    const served = await serve({ transport, apps: [apps as typeof app] }, { clock });
    for (const user_id of ["ann", "ann", "bob"]) {
      const caller = await served.dial();
      caller.say(subscription(caller, "presence-room", { user_id }));
      if (user_id === "ann") caller.say(subscribe("news"));
      await caller.settled();
    }
    const get = async (path: string, params = {}) =>
      (await served.request("GET", `/apps/app-id${path}`, { params })).body;
    return { ...served, clock, get };
  }

  test("an event answers with what was asked of its channels, and leaves out what does not apply", async () => {
    const { publish } = await start();
    const info = "user_count,subscription_count";
    const channels = ["presence-room", "news", "empty", "presence-empty", "#server-to-user-ann"];
    expect((await publish({ name: "e", channels, data: "", info })).body).toEqual({
      channels: {
        "presence-room": { user_count: 2, subscription_count: 3 },
        news: { subscription_count: 2 },
        empty: { subscription_count: 0 },
        "presence-empty": { user_count: 0, subscription_count: 0 },
        "#server-to-user-ann": {},
      },
    });
  });

  test("a batch answers at each event's place with what that event asked", async () => {
    const { request } = await start();
    const batch = [
      { name: "e", channel: "presence-room", data: "", info: "user_count" },
      { name: "e", channel: "news", data: "" },
      { name: "e", channel: "news", data: "", info: "subscription_count" },
    ];
    const { body } = await request("POST", "/apps/app-id/batch_events", { body: JSON.stringify({ batch }) });
    expect(body).toEqual({ batch: [{ user_count: 2 }, {}, { subscription_count: 2 }] });
  });

  test("the listing tells of each channel what was asked", async () => {
    const { get } = await start();
    expect(await get("/channels", { info: "subscription_count" })).toEqual({
      channels: { "presence-room": { subscription_count: 3 }, news: { subscription_count: 2 } },
    });
    const info = "user_count,subscription_count";
    expect(await get("/channels", { info, filter_by_prefix: "presence-" })).toEqual({
      channels: { "presence-room": { user_count: 2, subscription_count: 3 } },
    });
    expect(await get("/channels", { filter_by_prefix: "ne" })).toEqual({ channels: { news: {} } });
  });

  test("one channel tells what was asked, with zeros where nobody is", async () => {
    const { get } = await start();
    const info = "user_count,subscription_count";
    expect(await get("/channels/presence-room", { info })).toEqual({
      occupied: true,
      user_count: 2,
      subscription_count: 3,
    });
    expect(await get("/channels/presence-empty", { info })).toEqual({
      occupied: false,
      user_count: 0,
      subscription_count: 0,
    });
  });

  test("a cache channel tells its last event, and for how many seconds more it is kept", async () => {
    const { clock, get, publish } = await start();
    expect(await get("/channels/cache-a", { info: "cache" })).toEqual({ occupied: false, cache: null });
    await publish({ name: "e", channels: ["cache-a"], data: '{"a":1}' });
    clock.pass(60_500);
    const cache = { data: '{"a":1}', ttl: 1740 };
    expect(await get("/channels/cache-a", { info: "cache,subscription_count" })).toEqual({
      occupied: false,
      subscription_count: 0,
      cache,
    });
  });

  test("an app that does not count says so where one channel is asked, and leaves it out of events", async () => {
    const { get, publish } = await start({ ...app, subscriptionCount: false });
    const error = "App app-id does not count subscriptions: see its setting subscriptionCount";
    expect(await get("/channels", { info: "subscription_count" })).toEqual({ error });
    expect(await get("/channels/news", { info: "subscription_count" })).toEqual({ error });
    const event = { name: "e", channels: ["news", "presence-room"], data: "", info: "user_count,subscription_count" };
    expect((await publish(event)).body).toEqual({ channels: { news: {}, "presence-room": { user_count: 2 } } });
  });
});
