import { describe, expect, test } from "vitest";
import { serve, signin, subscribe, subscription, transports } from "../testing/serve.ts";

describe.each(transports)("over %s", (transport) => {
  async function occupied() {
    const served = await serve({ transport });
    const [a, b] = [await served.dial(), await served.dial()];
    a.say(signin(a, { id: "ann" }));
    a.say(subscribe("#server-to-user-ann"));
    a.say(subscribe("news"));
    a.say(subscription(a, "presence-room", { user_id: "ann" }));
    await a.settled();
    b.say(subscription(b, "presence-room", { user_id: "bob" }));
    await Promise.all([a.settled(), b.settled()]);
    const get = (path: string, params?: Record<string, string>) =>
      served.request("GET", `/apps/app-id/channels${path}`, params && { params });
    return { ...served, a, b, get };
  }

  test("the channels are those that somebody is in, without the channels of users", async () => {
    const { get } = await occupied();
    expect((await get("")).body).toEqual({ channels: { news: {}, "presence-room": {} } });
    expect((await get("", { filter_by_prefix: "presence-" })).body).toEqual({ channels: { "presence-room": {} } });
    expect((await get("", { filter_by_prefix: "private-" })).body).toEqual({ channels: {} });
  });

  test("the channels with user_count need a presence prefix", async () => {
    const { get } = await occupied();
    expect((await get("", { filter_by_prefix: "presence-", info: "user_count" })).body).toEqual({
      channels: { "presence-room": { user_count: 2 } },
    });
    expect(await get("", { info: "user_count" })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("presence") },
    });
    expect(await get("", { filter_by_prefix: "private-", info: "user_count" })).toMatchObject({ status: 400 });
  });

  test("a channel is occupied or not, and neither is an error", async () => {
    const { get, a, b } = await occupied();
    expect((await get("/news")).body).toEqual({ occupied: true });
    expect((await get("/presence-room", { info: "user_count" })).body).toEqual({ occupied: true, user_count: 2 });
    expect((await get("/nobody")).body).toEqual({ occupied: false });
    expect((await get("/presence-nobody", { info: "user_count" })).body).toEqual({ occupied: false, user_count: 0 });
    await a.hangUp();
    await b.hangUp();
    await (await occupied()).close();
    expect((await get("/presence-room", { info: "user_count" })).body).toEqual({ occupied: false, user_count: 0 });
    expect((await get("")).body).toEqual({ channels: {} });
  });

  test("a name in the path may be escaped", async () => {
    const { get, a } = await occupied();
    a.say(subscribe("a@b=c,d;e"));
    await a.settled();
    expect((await get("/a%40b%3Dc%2Cd%3Be")).body).toEqual({ occupied: true });
  });

  test("the users of a presence channel are distinct, and none are no error", async () => {
    const { get, dial } = await occupied();
    const again = await dial();
    again.say(subscription(again, "presence-room", { user_id: "ann" }));
    await again.settled();
    expect((await get("/presence-room/users")).body).toEqual({ users: [{ id: "ann" }, { id: "bob" }] });
    expect((await get("/presence-nobody/users")).body).toEqual({ users: [] });
  });

  test.each([
    ["/news/users", {}, "news is no presence channel: it has no users"],
    ["/news", { info: "user_count" }, "news is no presence channel: it has no user_count"],
    ["/news", { info: "cache" }, "news is no cache channel"],
    ["", { info: "everything" }, 'info cannot be "everything" here'],
    ["/%23server-to-user-ann", {}, "No channel can have the name"],
    ["/a%20b", {}, "No channel can have the name"],
  ])("GET /channels%s with %j is refused with 400", async (path, params, sentence) => {
    const { get } = await occupied();
    expect(await get(path, params)).toMatchObject({ status: 400, body: { error: expect.stringContaining(sentence) } });
  });
});
