import { describe, expect, test } from "vitest";
import type { Caller, WireFrame } from "../testing/dial.ts";
import { key, serve, signin, subscription, transports } from "../testing/serve.ts";

const room = "presence-room";
const leave = { event: "pusher:unsubscribe", data: { channel: room } };
const added = (member: object): WireFrame => ({
  event: "pusher_internal:member_added",
  channel: room,
  data: JSON.stringify(member),
});
const removed = (userId: string): WireFrame => ({
  event: "pusher_internal:member_removed",
  channel: room,
  data: JSON.stringify({ user_id: userId }),
});
const refused = (type: string, status: number) => ({
  event: "pusher:subscription_error",
  channel: room,
  data: expect.objectContaining({ type, status }),
});

/** Goes into the room. @returns what its success shows of the room */
async function enter(caller: Caller, member?: object | string): Promise<unknown> {
  caller.say(subscription(caller, room, member));
  return caller.nextData();
}

const full = (presenceMembers: number) => [{ id: "app-id", ...key, limits: { presenceMembers } }];

describe.each(transports)("over %s", (transport) => {
  test("24. A user with several connections is one member, who comes with the first and goes with the last", async () => {
    const { dial, request } = await serve({ transport });
    const [a, b1, b2] = [await dial(), await dial(), await dial()];
    await enter(a, { user_id: "ann" });
    await enter(b1, { user_id: "bob" });
    expect(await enter(b2, { user_id: "bob" })).toMatchObject({ presence: { count: 2, ids: ["ann", "bob"] } });
    expect(await a.settled()).toEqual([added({ user_id: "bob" })]);
    const path = `/apps/app-id/channels/${room}`;
    expect((await request("GET", path, { params: { info: "user_count" } })).body).toMatchObject({ user_count: 2 });
    expect((await request("GET", `${path}/users`)).body).toEqual({ users: [{ id: "ann" }, { id: "bob" }] });
    b1.say(leave);
    await b1.settled();
    expect(await a.settled()).toEqual([]);
    b2.say(leave);
    await b2.settled();
    expect(await a.settled()).toEqual([removed("bob")]);
    expect((await request("GET", path, { params: { info: "user_count" } })).body).toMatchObject({ user_count: 1 });
  });

  test("24. Tabs of a user that come at the same moment are told of once, and once when they go at the same moment", async () => {
    const { dial } = await serve({ transport });
    const a = await dial();
    await enter(a, { user_id: "ann" });
    const tabs = await Promise.all(Array.from({ length: 10 }, () => dial()));
    for (const tab of tabs) tab.say(subscription(tab, room, { user_id: "bob" }));
    await Promise.all(tabs.map((tab) => tab.settled()));
    expect(await a.settled()).toEqual([added({ user_id: "bob" })]);
    for (const tab of tabs) tab.say(leave);
    await Promise.all(tabs.map((tab) => tab.settled()));
    expect(await a.settled()).toEqual([removed("bob")]);
  });

  test("25. A member is in the list that it gets, and neither it nor another of its connections is told that it came", async () => {
    const { dial } = await serve({ transport });
    const [b1, b2] = [await dial(), await dial()];
    expect(await enter(b1, { user_id: "bob", user_info: 1 })).toEqual({
      presence: { count: 1, ids: ["bob"], hash: { bob: 1 } },
    });
    expect(await enter(b2, { user_id: "bob", user_info: 1 })).toEqual({
      presence: { count: 1, ids: ["bob"], hash: { bob: 1 } },
    });
    expect(await b1.settled()).toEqual([]);
    expect(await b2.settled()).toEqual([]);
  });

  test.each([
    ["without a word", true],
    ["with a goodbye", false],
  ])("26. A member whose socket is gone %s has left its channels", async (_, rudely) => {
    const { dial, request } = await serve({ transport });
    const [a, b] = [await dial(), await dial()];
    await enter(a, { user_id: "ann" });
    await enter(b, { user_id: "bob" });
    expect(await a.next()).toEqual(added({ user_id: "bob" }));
    await b.hangUp(rudely);
    expect(await a.next()).toEqual(removed("bob"));
    expect((await request("GET", `/apps/app-id/channels/${room}/users`)).body).toEqual({ users: [{ id: "ann" }] });
    expect(await a.settled()).toEqual([]);
  });

  test.each<[string, (caller: Caller, end: () => Promise<unknown>) => unknown]>([
    ["unsubscribes", (caller) => caller.say(leave)],
    ["hangs up", (caller) => caller.hangUp()],
    ["is terminated", (_, end) => end()],
  ])(
    "27. A member leaves as who it came, though its connection has signed in as somebody else since and %s",
    async (_, go) => {
      const { dial, request } = await serve({ transport });
      const [a, b] = [await dial(), await dial()];
      await enter(a, { user_id: "ann" });
      await enter(b, { user_id: "guest" });
      b.say(signin(b, { id: "bob" }));
      expect((await b.next()).event).toBe("pusher:signin_success");
      expect(await a.settled()).toEqual([added({ user_id: "guest" })]);
      await go(b, () => request("POST", "/apps/app-id/users/bob/terminate_connections"));
      expect(await a.next()).toEqual(removed("guest"));
      expect(await a.settled()).toEqual([]);
      expect((await request("GET", `/apps/app-id/channels/${room}/users`)).body).toEqual({ users: [{ id: "ann" }] });
    },
  );

  test("28. A full channel refuses a user more, and lets in another connection of one who is there", async () => {
    const { dial, publish } = await serve({ transport, apps: full(2) });
    const [a, b, b2, c] = [await dial(), await dial(), await dial(), await dial()];
    await enter(a, { user_id: "ann" });
    await enter(b, { user_id: "bob" });
    expect(await enter(b2, { user_id: "bob", user_info: 2 })).toMatchObject({
      presence: { count: 2, hash: { bob: 2 } },
    });
    c.say(subscription(c, room, { user_id: "cat" }));
    expect(await c.next()).toEqual(refused("LimitReached", 403));
    expect(await a.settled()).toEqual([added({ user_id: "bob" })]);
    await publish({ name: "e", channel: room, data: "x" });
    expect(await c.settled()).toEqual([]);
    expect(await b2.settled()).toMatchObject([{ event: "e" }]);
  });

  test("28. A channel holds as many users as it may, whatever the number of their connections", async () => {
    const { dial } = await serve({ transport, apps: full(2) });
    for (let n = 0; n < 5; n++) await enter(await dial(), { user_id: "ann" });
    expect(await enter(await dial(), { user_id: "bob" })).toMatchObject({ presence: { count: 2 } });
  });

  test("28. The signature comes before the limits: who has none learns neither that the channel is full nor that it says too much", async () => {
    const { dial } = await serve({ transport, apps: full(1) });
    const [a, stranger] = [await dial(), await dial()];
    await enter(a, { user_id: "ann" });
    const forge = { ...key, secret: "guess" };
    for (const info of ["x", "x".repeat(2000)]) {
      stranger.say(subscription(stranger, room, { user_id: "bob", user_info: info }, forge));
      expect(await stranger.next()).toEqual(refused("AuthError", 401));
      stranger.say(subscription(stranger, room, { user_id: "bob", user_info: info }));
      expect(await stranger.next()).toEqual(refused("LimitReached", 403));
    }
    stranger.say(subscription(stranger, room, "no json", forge));
    expect(await stranger.next()).toEqual({
      ...refused("AuthError", 401),
      data: expect.objectContaining({ error: expect.stringContaining("HMAC-SHA256") }),
    });
  });

  test('29. The user ids 1 and "1" are one member, who is called "1" everywhere', async () => {
    const { dial, request } = await serve({ transport });
    const [a, b1, b2] = [await dial(), await dial(), await dial()];
    await enter(a, { user_id: "ann" });
    for (const [caller, id] of [
      [b1, 1],
      [b2, "1"],
    ] as const) {
      expect(await enter(caller, { user_id: id })).toEqual({
        presence: { count: 2, ids: ["ann", "1"], hash: { ann: null, "1": null } },
      });
    }
    expect(await a.settled()).toEqual([added({ user_id: "1" })]);
    expect((await request("GET", `/apps/app-id/channels/${room}/users`)).body.users).toContainEqual({ id: "1" });
    b1.say(leave);
    await b1.settled();
    expect(await a.settled()).toEqual([]);
    b2.say(leave);
    await b2.settled();
    expect(await a.settled()).toEqual([removed("1")]);
  });

  test("29. A user_info that is missing is null in the list, and stays missing where the member's coming is told", async () => {
    const { dial } = await serve({ transport });
    const [a, b, c] = [await dial(), await dial(), await dial()];
    expect(await enter(a, { user_id: "ann" })).toMatchObject({ presence: { hash: { ann: null } } });
    await enter(b, { user_id: "bob" });
    await enter(c, { user_id: "cat", user_info: null });
    expect(await a.settled()).toEqual([added({ user_id: "bob" }), added({ user_id: "cat", user_info: null })]);
  });

  test.each(["__proto__", "constructor", "prototype", "hasOwnProperty", "toString"])(
    "30. %s is a user id like any other",
    async (id) => {
      const { dial, request } = await serve({ transport });
      const [a, b] = [await dial(), await dial()];
      await enter(a, { user_id: "ann" });
      const { presence } = (await enter(b, `{"user_id":"${id}","user_info":{"polluted":true}}`)) as {
        presence: { count: number; ids: string[]; hash: object };
      };
      expect(presence).toMatchObject({ count: 2, ids: ["ann", id] });
      expect(Object.entries(presence.hash)).toEqual([
        ["ann", null],
        [id, { polluted: true }],
      ]);
      expect(await a.next()).toEqual(added({ user_id: id, user_info: { polluted: true } }));
      expect((await request("GET", `/apps/app-id/channels/${room}/users`)).body).toEqual({
        users: [{ id: "ann" }, { id }],
      });
      b.say(leave);
      expect(await a.next()).toEqual(removed(id));
      expect(Object.prototype).not.toHaveProperty("polluted");
    },
  );

  test("31. A connection that has signed in enters without channel_data, as its user", async () => {
    const { dial } = await serve({ transport });
    const [a, b] = [await dial(), await dial()];
    await enter(a, { user_id: "ann" });
    b.say(signin(b, { id: "bob", user_info: { name: "Bob" } }));
    await b.next();
    expect(await enter(b)).toEqual({
      presence: { count: 2, ids: ["ann", "bob"], hash: { ann: null, bob: { name: "Bob" } } },
    });
    expect(await a.settled()).toEqual([added({ user_id: "bob", user_info: { name: "Bob" } })]);
    await b.hangUp();
    expect(await a.next()).toEqual(removed("bob"));
  });

  test("31. A connection that has signed in enters as its channel_data says where there is some", async () => {
    const { dial } = await serve({ transport });
    const caller = await dial();
    caller.say(signin(caller, { id: "bob", user_info: { name: "Bob" } }));
    await caller.next();
    expect(await enter(caller, { user_id: "guest" })).toEqual({
      presence: { count: 1, ids: ["guest"], hash: { guest: null } },
    });
  });

  test("31. A connection that has not signed in does not enter without channel_data", async () => {
    const { dial, request } = await serve({ transport });
    const caller = await dial();
    caller.say(subscription(caller, room));
    expect(await caller.next()).toEqual(refused("AuthError", 401));
    expect((await request("GET", "/apps/app-id/channels")).body).toEqual({ channels: {} });
  });
});
