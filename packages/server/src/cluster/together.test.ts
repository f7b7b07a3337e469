import { describe, expect, test, vi } from "vitest";
import { dialogue } from "../testing/cluster.ts";
import { signin, subscribe, subscription } from "../testing/serve.ts";

const ann = { user_id: "ann", user_info: { name: "Ann" } };
const bob = { user_id: "bob" };

describe("two nodes on one redis", () => {
  const cluster = dialogue();

  test("an event that is published to one reaches the subscribers of both, save the socket that is left out", async () => {
    const [one, two] = await cluster.nodes(2);
    const [here, there, sender] = [await one.dial(), await two.dial(), await two.dial()];
    for (const caller of [here, there, sender]) {
      caller.say(subscribe("news"));
      await caller.next();
    }
    const event = { name: "e", channel: "news", data: '{"a":"☃"}', socket_id: sender.socketId };
    expect((await one.publish(event)).status).toBe(200);
    for (const caller of [here, there])
      expect(await caller.next()).toEqual({ event: "e", channel: "news", data: '{"a":"☃"}' });
    await one.publish({ name: "last", channel: "news", data: "" });
    expect((await sender.next()).event).toBe("last");
  });

  test("members of a presence channel see each other, whatever node they are on, once each", async () => {
    const [one, two] = await cluster.nodes(2);
    const [here, there] = [await one.dial(), await two.dial()];
    here.say(subscription(here, "presence-room", ann));
    expect(await here.nextData()).toMatchObject({ presence: { count: 1, ids: ["ann"] } });
    there.say(subscription(there, "presence-room", bob));
    expect(await there.nextData()).toMatchObject({ presence: { count: 2, hash: { ann: { name: "Ann" }, bob: null } } });
    expect(await here.next()).toMatchObject({ event: "pusher_internal:member_added", data: '{"user_id":"bob"}' });
    const again = await two.dial();
    again.say(subscription(again, "presence-room", ann));
    expect(await again.nextData()).toMatchObject({ presence: { count: 2 } });
    await here.hangUp();
    await again.hangUp();
    expect(await there.next()).toMatchObject({ event: "pusher_internal:member_removed", data: '{"user_id":"ann"}' });
    expect(await there.settled()).toEqual([]);
  });

  test("a node that comes later knows how many subscribe, to a presence channel too", async () => {
    const counting = { subscriptionCount: true };
    const [one] = await cluster.nodes(1, counting);
    const devices = [await one.dial(), await one.dial()];
    for (const device of devices) {
      device.say(subscription(device, "presence-room", ann));
      await device.next();
    }
    const [two] = await cluster.nodes(1, counting);
    const counts = async () => (await two.request("GET", "/apps/app-id/channels/presence-room", { params })).body;
    const params = { info: "user_count,subscription_count" };
    await vi.waitFor(async () => expect(await counts()).toMatchObject({ user_count: 1, subscription_count: 2 }), {
      timeout: 3000,
    });
  });

  test("both answer alike what is asked of channels", async () => {
    const [one, two] = await cluster.nodes(2);
    const [here, there] = [await one.dial(), await two.dial()];
    for (const caller of [here, there]) {
      caller.say(subscription(caller, "presence-room", ann));
      await caller.next();
    }
    there.say(subscribe("news"));
    await there.next();
    for (const node of [one, two]) {
      const ask = async (path: string, params = {}) =>
        (await node.request("GET", `/apps/app-id${path}`, { params })).body;
      expect(await ask("/channels")).toEqual({ channels: { news: {}, "presence-room": {} } });
      const counted = { filter_by_prefix: "presence-", info: "user_count" };
      expect(await ask("/channels", counted)).toEqual({ channels: { "presence-room": { user_count: 1 } } });
      expect(await ask("/channels/presence-room", { info: "user_count" })).toEqual({ occupied: true, user_count: 1 });
      expect(await ask("/channels/presence-room/users")).toEqual({ users: [{ id: "ann" }] });
      expect(await ask("/channels/empty")).toEqual({ occupied: false });
    }
  });

  test("a user hears what is sent to them on every device, and is gone from every node when their connections are ended", async () => {
    const [one, two] = await cluster.nodes(2);
    const [phone, laptop, other] = [await one.dial(), await two.dial(), await two.dial()];
    for (const caller of [phone, laptop]) {
      caller.say(signin(caller, { id: "ann" }));
      await caller.next();
    }
    other.say(signin(other, { id: "bob" }));
    await other.next();
    await two.publish({ name: "e", channel: "#server-to-user-ann", data: "hello" });
    for (const caller of [phone, laptop]) expect(await caller.next()).toMatchObject({ event: "e", data: "hello" });
    const ended = await two.request("POST", "/apps/app-id/users/ann/terminate_connections");
    expect([ended.status, ended.body]).toEqual([200, { connections: 2, nodes: 2, complete: true }]);
    for (const caller of [phone, laptop]) expect((await caller.closed).code).toBe(4009);
    expect(await other.settled()).toEqual([]);
  });

  test("a sign-in that was signed before a user's connections were ended is refused on every node", async () => {
    const [one, two] = await cluster.nodes(2);
    const [holder, waiting] = [await one.dial(), await two.dial()];
    holder.say(signin(holder, { id: "ann" }));
    await holder.next();
    const signed = signin(waiting, { id: "ann" });
    await one.request("POST", "/apps/app-id/users/ann/terminate_connections");
    await holder.closed;
    await two.request("POST", "/apps/app-id/users/nobody/terminate_connections"); // what was said before has arrived
    waiting.say(signed);
    expect(await waiting.next()).toMatchObject({ event: "pusher:error" });
    const next = await two.dial();
    next.say(signin(next, { id: "ann" }));
    expect((await next.next()).event).toBe("pusher:signin_success");
  });

  test("whoever watches a user hears of their coming to any node", async () => {
    const [one, two] = await cluster.nodes(2);
    const watcher = await one.dial();
    watcher.say(signin(watcher, { id: "ann", watchlist: ["bob", "cleo"] }));
    await watcher.next();
    expect(await watcher.nextData()).toEqual({ events: [{ name: "offline", user_ids: ["bob", "cleo"] }] });
    const friend = await two.dial();
    friend.say(signin(friend, { id: "bob" }));
    await friend.next();
    expect(await watcher.nextData()).toEqual({ events: [{ name: "online", user_ids: ["bob"] }] });
  });

  test("a cache channel gives its last event on a node that was not there when it was published", async () => {
    const [one] = await cluster.nodes(1);
    await one.publish({ name: "e", channel: "cache-prices", data: "7" });
    const [two] = await cluster.nodes(1);
    const caller = await two.dial();
    caller.say(subscribe("cache-prices"));
    expect((await caller.next()).event).toBe("pusher_internal:subscription_succeeded");
    expect(await caller.next()).toEqual({ event: "e", channel: "cache-prices", data: "7" });
  });

  test("client events reach the members on other nodes, and their sender never", async () => {
    const [one, two] = await cluster.nodes(2, { clientEvents: true });
    const [here, there] = [await one.dial(), await two.dial()];
    here.say(subscription(here, "presence-room", ann));
    await here.next();
    there.say(subscription(there, "presence-room", bob));
    await there.next();
    await here.next();
    here.say({ event: "client-hello", channel: "presence-room", data: { a: 1 } });
    expect(await there.next()).toEqual({
      event: "client-hello",
      channel: "presence-room",
      data: '{"a":1}',
      user_id: "ann",
    });
    expect(await here.settled()).toEqual([]);
  });

  test("no more members come in than a channel may have, wherever they come", async () => {
    const [one, two] = await cluster.nodes(2, { limits: { presenceMembers: 1 } });
    const callers = [await one.dial(), await two.dial()];
    for (const [at, caller] of callers.entries())
      caller.say(subscription(caller, "presence-room", { user_id: `u${at}` }));
    const events = await Promise.all(callers.map(async (caller) => (await caller.next()).event));
    expect(events.sort()).toEqual(["pusher:subscription_error", "pusher_internal:subscription_succeeded"]);
  });

  test("subscriptions are counted over all nodes, and everyone on each is told how many there are", async () => {
    const [one, two] = await cluster.nodes(2, { subscriptionCount: true });
    const [here, there] = [await one.dial(), await two.dial()];
    here.say(subscribe("news"));
    await here.next();
    expect(await here.nextData()).toEqual({ subscription_count: 1 });
    there.say(subscribe("news"));
    await there.next();
    for (const caller of [here, there]) expect(await caller.nextData()).toEqual({ subscription_count: 2 });
    const path = "/apps/app-id/channels/news";
    for (const node of [one, two]) {
      const asked = await node.request("GET", path, { params: { info: "subscription_count" } });
      expect(asked.body).toEqual({ occupied: true, subscription_count: 2 });
    }
    await there.hangUp();
    expect(await here.nextData()).toEqual({ subscription_count: 1 });
  });

  test("a node that stops while another is there sends its clients to it at once", async () => {
    const [, two] = await cluster.nodes(2);
    const there = await two.dial();
    await two.close();
    expect((await there.closed).code).toBe(4200);
  });
});
