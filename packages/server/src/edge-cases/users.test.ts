import { describe, expect, test } from "vitest";
import type { Caller } from "../testing/dial.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { key, type Served, serve, signin, subscribe, subscription, transports } from "../testing/serve.ts";

const refused = { event: "pusher:error", data: expect.objectContaining({ code: 4009, refused: "pusher:signin" }) };
const watchlist = (...events: object[]) => ({
  event: "pusher_internal:watchlist_events",
  data: JSON.stringify({ events }),
});

/** Signs in and waits for the answer. */
async function enter(caller: Caller, user: object): Promise<void> {
  caller.say(signin(caller, user));
  expect((await caller.next()).event).toBe("pusher:signin_success");
}

/** Both come into a presence channel: the one that stays is told there when the other is gone. */
async function meet(stays: Caller, goes: Caller): Promise<void> {
  stays.say(subscription(stays, "presence-meeting", { user_id: "stays" }));
  await stays.settled();
  goes.say(subscription(goes, "presence-meeting", { user_id: "goes" }));
  await goes.settled();
  expect((await stays.next()).event).toBe("pusher_internal:member_added");
}

/** Hangs up, and waits until the server has seen it. */
async function leave(goes: Caller, stays: Caller): Promise<void> {
  await goes.hangUp();
  expect((await stays.next()).event).toBe("pusher_internal:member_removed");
}

const terminate = ({ request }: Served, id: string) =>
  request("POST", `/apps/app-id/users/${id}/terminate_connections`);
const publishTo = ({ publish }: Served, id: string) =>
  publish({ name: "hello", channel: `#server-to-user-${id}`, data: "x" });

describe.each(transports)("over %s", (transport) => {
  test("32. A user signs in, is reached and is terminated in an app that asks nobody to sign in", async () => {
    const apps = [{ id: "app-id", ...key, users: { required: false } }];
    const served = await serve({ transport, apps });
    const caller = await served.dial();
    await enter(caller, { id: "ann" });
    await publishTo(served, "ann");
    expect(await caller.next()).toEqual({ event: "hello", channel: "#server-to-user-ann", data: "x" });
    await terminate(served, "ann");
    expect((await caller.closed).code).toBe(4009);
  });

  test.each([
    "{}",
    '{"id":""}',
    '{"id":12345}',
    '{"id":null}',
    '{"id":["ann"]}',
    '{"id":{"id":"ann"}}',
    '{"user_id":"ann"}',
    '"ann"',
    "null",
  ])("33. The id in user_data is a string that is not empty: %s is refused, though it was signed", async (userData) => {
    const served = await serve({ transport });
    const caller = await served.dial();
    caller.say(signin(caller, userData));
    expect(await caller.next()).toEqual(refused);
    await enter(caller, { id: "ann" });
  });

  test("34. A second sign-in with another id is refused, and leaves the other user without a connection", async () => {
    const served = await serve({ transport });
    const [caller, watcher] = [await served.dial(), await served.dial()];
    await enter(watcher, { id: "watcher", watchlist: ["bob"] });
    expect(await watcher.next()).toEqual(watchlist({ name: "offline", user_ids: ["bob"] }));
    await enter(caller, { id: "ann" });
    caller.say(signin(caller, { id: "bob" }));
    expect(await caller.next()).toEqual(refused);
    await publishTo(served, "bob");
    expect((await terminate(served, "bob")).body).toMatchObject({ connections: 0 });
    await publishTo(served, "ann");
    expect(await caller.settled()).toMatchObject([{ channel: "#server-to-user-ann" }]);
    expect(await watcher.settled()).toEqual([]);
  });

  test("34. A user whose connections are gone has none left to reach or to terminate", async () => {
    const served = await serve({ transport });
    const [stays, first, second] = [await served.dial(), await served.dial(), await served.dial()];
    await enter(first, { id: "ann" });
    await enter(first, { id: "ann", user_info: "again" });
    await enter(second, { id: "ann" });
    await meet(stays, first);
    await leave(first, stays);
    await publishTo(served, "ann");
    expect(await second.settled()).toHaveLength(1);
    expect((await terminate(served, "ann")).body).toMatchObject({ connections: 1 });
    await second.closed;
    expect((await terminate(served, "ann")).body).toMatchObject({ connections: 0 });
  });

  test("34. A second sign-in with the same id is answered again, and its user_info and watchlist take the place of the first", async () => {
    const served = await serve({ transport });
    const [caller, bob, cat] = [await served.dial(), await served.dial(), await served.dial()];
    await enter(caller, { id: "ann", user_info: 1, watchlist: ["bob"] });
    expect(await caller.next()).toEqual(watchlist({ name: "offline", user_ids: ["bob"] }));
    await enter(caller, { id: "ann", user_info: 2, watchlist: ["cat"] });
    expect(await caller.next()).toEqual(watchlist({ name: "offline", user_ids: ["cat"] }));
    await enter(bob, { id: "bob" });
    await enter(cat, { id: "cat" });
    expect(await caller.settled()).toEqual([watchlist({ name: "online", user_ids: ["cat"] })]);
    caller.say(subscription(caller, "presence-room"));
    expect(await caller.nextData()).toMatchObject({ presence: { hash: { ann: 2 } } });
    await publishTo(served, "ann");
    expect(await caller.settled()).toHaveLength(1);
  });

  test("35. A user who connects again signs in again: what was signed for the socket before is refused on the next", async () => {
    const served = await serve({ transport });
    const [stays, first] = [await served.dial(), await served.dial()];
    const stale = signin(first, { id: "ann" });
    await enter(first, { id: "ann" });
    await meet(stays, first);
    await leave(first, stays);
    const second = await served.dial();
    expect(second.socketId).not.toBe(first.socketId);
    second.say(stale);
    expect(await second.next()).toEqual(refused);
    await publishTo(served, "ann");
    expect(await second.settled()).toEqual([]);
    await enter(second, { id: "ann" });
    await publishTo(served, "ann");
    expect(await second.settled()).toHaveLength(1);
    expect((await terminate(served, "ann")).body).toMatchObject({ connections: 1 });
  });

  test("36. The success of a sign-in comes before anything that is sent to the user", async () => {
    const served = await serve({ transport });
    const [caller, other] = [await served.dial(), await served.dial()];
    await enter(other, { id: "ann" });
    const publishing = Array.from({ length: 10 }, () => publishTo(served, "ann"));
    caller.say(signin(caller, { id: "ann", watchlist: ["bob"] }));
    caller.say(subscribe("#server-to-user-ann"));
    await Promise.all(publishing);
    await publishTo(served, "ann");
    const events = (await caller.settled()).map(({ event }) => event);
    expect(events[0]).toBe("pusher:signin_success");
    expect(events).toContain("hello");
    expect(events).toContain("pusher_internal:watchlist_events");
    expect(events.filter((event) => event === "pusher:signin_success")).toHaveLength(1);
  });

  test("36. Whom a user watches is told after the success, in an envelope of watchlist events without a channel, and so are the changes", async () => {
    const clock = new FakeClock();
    const served = await serve({ transport }, { clock });
    const [ann, bob, cat] = [await served.dial(), await served.dial(), await served.dial()];
    await enter(bob, { id: "bob" });
    await enter(ann, { id: "ann", watchlist: ["bob", "cat", "dan"] });
    expect(await ann.next()).toEqual(
      watchlist({ name: "online", user_ids: ["bob"] }, { name: "offline", user_ids: ["cat", "dan"] }),
    );
    await enter(cat, { id: "cat" });
    expect(await ann.next()).toEqual(watchlist({ name: "online", user_ids: ["cat"] }));
    await meet(ann, bob);
    await leave(bob, ann);
    clock.pass(2999);
    expect(await ann.settled()).toEqual([]);
    clock.pass(1);
    expect(await ann.settled()).toEqual([watchlist({ name: "offline", user_ids: ["bob"] })]);
    expect(await cat.settled()).toEqual([]);
  });

  test("37. Terminating a user ends the connections that have signed in as it, and none that goes by its id in a presence channel", async () => {
    const served = await serve({ transport });
    const [first, second, member, bob, nobody] = [
      await served.dial(),
      await served.dial(),
      await served.dial(),
      await served.dial(),
      await served.dial(),
    ];
    await enter(first, { id: "ann" });
    await enter(second, { id: "ann" });
    await enter(bob, { id: "bob" });
    for (const caller of [member, bob]) {
      caller.say(subscription(caller, "presence-room", { user_id: "ann" }));
      await caller.settled();
    }
    expect((await terminate(served, "ann")).body).toMatchObject({ connections: 2 });
    for (const caller of [first, second]) expect((await caller.closed).code).toBe(4009);
    for (const caller of [member, bob, nobody]) expect(await caller.settled()).toEqual([]);
  });
});
