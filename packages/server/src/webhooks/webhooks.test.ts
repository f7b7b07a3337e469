import { describe, expect, test } from "vitest";
import { backend } from "../testing/backend.ts";
import { appWith, node } from "../testing/webhooks-node.ts";
import type { WebhookEvent } from "./event.ts";

const occupied = (channel: string): WebhookEvent => ({ name: "channel_occupied", channel });
const vacated = (channel: string): WebhookEvent => ({ name: "channel_vacated", channel });
const missed = (channel: string): WebhookEvent => ({ name: "cache_miss", channel });
const added = (user_id: string): WebhookEvent => ({ name: "member_added", channel: "presence-x", user_id });
const removed = (user_id: string): WebhookEvent => ({ name: "member_removed", channel: "presence-x", user_id });

describe("whoever comes", () => {
  test("is told at once", async () => {
    const [{ url, next }, { webhooks }] = [await backend(), node()];
    const app = appWith([{ url }]);
    webhooks.tell(app, occupied("presence-x"));
    webhooks.tell(app, added("ann"));
    expect((await next()).events).toEqual([{ name: "channel_occupied", channel: "presence-x" }]);
    expect((await next()).events).toEqual([{ name: "member_added", channel: "presence-x", user_id: "ann" }]);
  });
});

describe("whoever goes", () => {
  test("is told after three seconds", async () => {
    const [{ url, next }, { webhooks, clock }] = [await backend(), node()];
    const app = appWith([{ url }]);
    webhooks.tell(app, removed("ann"));
    webhooks.tell(app, vacated("presence-x"));
    clock.pass(2999);
    webhooks.tell(app, occupied("sentinel"));
    expect((await next()).events).toEqual([occupied("sentinel")]);
    clock.pass(1);
    expect((await next()).events).toEqual([removed("ann")]);
    expect((await next()).events).toEqual([vacated("presence-x")]);
  });

  test("and is back within them, as when a page is loaded again, neither went nor came", async () => {
    const [{ url, nextEvents }, { webhooks, clock }] = [await backend(), node()];
    const app = appWith([{ url }]);
    webhooks.tell(app, removed("ann"));
    webhooks.tell(app, vacated("presence-x"));
    clock.pass(2999);
    webhooks.tell(app, occupied("presence-x"));
    webhooks.tell(app, added("ann"));
    expect(clock.timers).toBe(0);
    clock.pass(3000);
    webhooks.tell(app, occupied("sentinel"));
    expect(await nextEvents()).toEqual(["channel_occupied sentinel"]);
  });

  test("again after that is told three seconds after the second time", async () => {
    const [{ url, nextEvents }, { webhooks, clock }] = [await backend(), node()];
    const app = appWith([{ url }]);
    webhooks.tell(app, vacated("news"));
    clock.pass(2000);
    webhooks.tell(app, occupied("news"));
    webhooks.tell(app, vacated("news"));
    clock.pass(2999);
    webhooks.tell(app, occupied("sentinel"));
    expect(await nextEvents()).toEqual(["channel_occupied sentinel"]);
    clock.pass(1);
    expect(await nextEvents()).toEqual(["channel_vacated news"]);
  });

  test("and comes back later both went and came", async () => {
    const [{ url, nextEvents }, { webhooks, clock }] = [await backend(), node()];
    const app = appWith([{ url }]);
    webhooks.tell(app, vacated("news"));
    clock.pass(3000);
    webhooks.tell(app, occupied("news"));
    expect(await nextEvents()).toEqual(["channel_vacated news"]);
    expect(await nextEvents()).toEqual(["channel_occupied news"]);
  });

  test("is nobody else: not another user, another channel, nor the same in another app", async () => {
    const [{ url, next, nextEvents }, { webhooks, clock }] = [await backend(), node()];
    const [app, other] = [appWith([{ url }]), appWith([{ url }], { id: "other" })];
    webhooks.tell(app, removed("ann"));
    webhooks.tell(app, vacated("presence-x"));
    webhooks.tell(app, added("bob"));
    expect((await next()).events).toEqual([added("bob")]);
    webhooks.tell(app, occupied("presence-y"));
    expect(await nextEvents()).toEqual(["channel_occupied presence-y"]);
    webhooks.tell(other, occupied("presence-x"));
    expect(await nextEvents()).toEqual(["channel_occupied presence-x"]);
    clock.pass(3000);
    expect(await nextEvents()).toEqual(["member_removed presence-x"]);
    expect(await nextEvents()).toEqual(["channel_vacated presence-x"]);
  });

  test.each(["/", " ", ":", ",", '","', "\n"])("is nobody else, whose id has %j in it", async (separator) => {
    const [{ url, next }, { webhooks }] = [await backend(), node()];
    const app = appWith([{ url }]);
    const member: WebhookEvent = { name: "member_added", channel: `presence-x${separator}a`, user_id: "b" };
    webhooks.tell(app, removed(`a${separator}b`));
    webhooks.tell(app, member);
    expect((await next()).events).toEqual([member]);
  });
});

describe("a cache miss", () => {
  test("is told once in three seconds for all clients, for each channel and app", async () => {
    const [{ url, nextEvents }, { webhooks, clock }] = [await backend(), node()];
    const [app, other] = [appWith([{ url }]), appWith([{ url }], { id: "other" })];
    for (let i = 0; i < 3; i++) webhooks.tell(app, missed("cache-a"));
    expect(await nextEvents()).toEqual(["cache_miss cache-a"]);
    webhooks.tell(app, missed("cache-b"));
    expect(await nextEvents()).toEqual(["cache_miss cache-b"]);
    webhooks.tell(other, missed("cache-a"));
    expect(await nextEvents()).toEqual(["cache_miss cache-a"]);
    clock.pass(2999);
    webhooks.tell(app, missed("cache-a"));
    webhooks.tell(app, occupied("sentinel"));
    expect(await nextEvents()).toEqual(["channel_occupied sentinel"]);
    clock.pass(1);
    webhooks.tell(app, missed("cache-a"));
    expect(await nextEvents()).toEqual(["cache_miss cache-a"]);
  });

  test("does not hide that the channel is vacated", async () => {
    const [{ url, nextEvents }, { webhooks, clock }] = [await backend(), node()];
    const app = appWith([{ url }]);
    webhooks.tell(app, missed("cache-a"));
    webhooks.tell(app, vacated("cache-a"));
    clock.pass(3000);
    expect(await nextEvents()).toEqual(["cache_miss cache-a"]);
    expect(await nextEvents()).toEqual(["channel_vacated cache-a"]);
  });
});

describe("an endpoint", () => {
  test("hears of the events that it wants, of channels whose names begin and end as it wants", async () => {
    const [{ url, next }, { webhooks, clock }] = [await backend(), node()];
    const app = appWith([
      { url, events: ["channel_occupied", "cache_miss"], prefix: "private-", suffix: "-eu", batch: true },
    ]);
    for (const channel of ["private-a-eu", "a-eu", "private-a", "private-b-eu"]) webhooks.tell(app, occupied(channel));
    webhooks.tell(app, { name: "subscription_count", channel: "private-a-eu", subscription_count: 1 });
    await clock.passes(50);
    expect((await next()).events).toEqual([occupied("private-a-eu"), occupied("private-b-eu")]);
  });

  test("that wants nothing of it costs no request, not even an empty one", async () => {
    const [{ url, nextEvents }, { webhooks, clock }] = [await backend(), node()];
    const app = appWith([{ url, events: ["cache_miss"], batch: true }]);
    webhooks.tell(app, occupied("news"));
    expect(clock.timers).toBe(0);
    webhooks.tell(app, missed("cache-a"));
    await clock.passes(50);
    expect(await nextEvents()).toEqual(["cache_miss cache-a"]);
  });

  test("that is down delays no other endpoint, nor whoever tells", async () => {
    const [down, up, { webhooks }] = [await backend(), await backend(), node()];
    down.manner = () => "hangs";
    const app = appWith([{ url: down.url }, { url: up.url }]);
    for (const channel of ["a", "b", "c"]) webhooks.tell(app, occupied(channel));
    for (const channel of ["a", "b", "c"]) expect(await up.nextEvents()).toEqual([`channel_occupied ${channel}`]);
    expect(await down.nextEvents()).toEqual(["channel_occupied a"]);
  });
});

describe("two apps", () => {
  test("at one URL share neither a request nor a key nor a queue", async () => {
    const [{ url, next }, { webhooks, clock }] = [await backend(), node()];
    const endpoint = { url, batch: true };
    const one = appWith([endpoint]);
    const other = appWith([endpoint], { id: "other", keys: [{ key: "other-key", secret: "other-secret" }] });
    webhooks.tell(one, occupied("a"));
    webhooks.tell(other, occupied("b"));
    clock.pass(50);
    const requests = [await next(), await next()].map(({ headers, events }) => [headers["x-pusher-key"], events]);
    expect(requests.sort()).toEqual([
      ["app-key", [occupied("a")]],
      ["other-key", [occupied("b")]],
    ]);
  });
});

test("two nodes in one process know nothing of each other", async () => {
  const [it, a, b] = [await backend(), node(), node()];
  it.manner = () => "hangs";
  const app = appWith([{ url: it.url }]);
  a.webhooks.tell(app, occupied("a"));
  a.webhooks.tell(app, vacated("b"));
  expect(await it.nextEvents()).toEqual(["channel_occupied a"]);
  b.webhooks.tell(app, occupied("b"));
  expect(await it.nextEvents()).toEqual(["channel_occupied b"]);
});

test("an app without webhooks leaves no trace", () => {
  const { webhooks, clock } = node();
  for (const event of [vacated("a"), missed("a"), occupied("a")]) webhooks.tell(appWith([]), event);
  expect(clock.timers).toBe(0);
});

describe("closing", () => {
  test("believes goings at once, since nobody can be back in time, and nothing is told from then on", async () => {
    const [{ url, nextEvents }, { webhooks, clock }, later] = [await backend(), node(), node()];
    const app = appWith([{ url }]);
    webhooks.tell(app, vacated("a"));
    webhooks.tell(app, removed("ann"));
    webhooks.tell(app, missed("cache-a"));
    expect(await nextEvents()).toEqual(["cache_miss cache-a"]);
    await webhooks.close();
    expect([await nextEvents(), await nextEvents()].flat()).toEqual(["channel_vacated a", "member_removed presence-x"]);
    expect(clock.timers).toBe(0);
    for (const event of [occupied("b"), vacated("b"), missed("cache-b")]) webhooks.tell(app, event);
    expect(clock.timers).toBe(0);
    later.webhooks.tell(app, occupied("sentinel"));
    expect(await nextEvents()).toEqual(["channel_occupied sentinel"]);
  });

  test("delivers everything that waits, in order, without gathering any longer", async () => {
    const [{ url, nextEvents }, { webhooks, clock, lines }] = [await backend(), node()];
    const app = appWith([{ url }, { url, batch: true, prefix: "c" }]);
    for (const channel of ["a", "b", "c"]) webhooks.tell(app, occupied(channel));
    await webhooks.close();
    expect(clock.timers).toBe(0);
    expect(lines).toEqual([]);
    const told = [await nextEvents(), await nextEvents(), await nextEvents(), await nextEvents()].flat();
    expect(told.filter((one) => !one.endsWith("c"))).toEqual(["channel_occupied a", "channel_occupied b"]);
    expect(told.filter((one) => one.endsWith("c"))).toHaveLength(2);
  });

  test("twice is closing once", async () => {
    const { webhooks } = node();
    expect(webhooks.close()).toBe(webhooks.close());
  });

  test("tries what failed once more, at once, and stops when that fails too", async () => {
    const [it, { webhooks, clock, lines }] = [await backend(), node()];
    it.manner = () => 500;
    const app = appWith([{ url: it.url }]);
    for (const channel of ["a", "b"]) webhooks.tell(app, occupied(channel));
    const first = await it.next();
    await clock.begins(1000);
    await webhooks.close();
    expect((await it.next()).body).toBe(first.body);
    expect(clock.timers).toBe(0);
    expect(lines.at(-1)).toEqual(["warn", { app: "app-id", url: it.url, events: 2 }, expect.any(String)]);
  });

  test("tries what failed once more and goes on when that succeeds", async () => {
    const [it, { webhooks, clock }] = [await backend(), node()];
    it.manner = () => 500;
    const app = appWith([{ url: it.url }]);
    for (const channel of ["a", "b"]) webhooks.tell(app, occupied(channel));
    await clock.begins(1000);
    it.manner = () => 200;
    await webhooks.close();
    const told = [await it.nextEvents(), await it.nextEvents(), await it.nextEvents()];
    expect(told.flat()).toEqual(["channel_occupied a", "channel_occupied a", "channel_occupied b"]);
    expect(clock.timers).toBe(0);
  });

  test("waits for three seconds and no longer, then hangs up", async () => {
    const [it, { webhooks, clock, lines }] = [await backend(), node()];
    it.manner = () => "hangs";
    const app = appWith([{ url: it.url }]);
    for (const channel of ["a", "b"]) webhooks.tell(app, occupied(channel));
    const request = await it.next();
    let done = false;
    const closed = webhooks.close().then(() => {
      done = true;
    });
    clock.pass(2999);
    await it.settled();
    expect(done).toBe(false);
    clock.pass(1);
    await closed;
    await request.cut;
    expect(clock.timers).toBe(0);
    expect(lines.at(-1)).toEqual(["warn", { app: "app-id", url: it.url, events: 2 }, expect.any(String)]);
  });

  test("begins nothing more when the time is over, not even after a success", async () => {
    const [it, { webhooks, clock, lines }] = [await backend(), node()];
    it.manner = () => "begins";
    const app = appWith([{ url: it.url }]);
    for (const channel of ["a", "b"]) webhooks.tell(app, occupied(channel));
    const closed = webhooks.close();
    expect(await it.nextEvents()).toEqual(["channel_occupied a"]);
    await it.settled();
    clock.pass(3000);
    await closed;
    expect(clock.timers).toBe(0);
    expect(lines).toEqual([["warn", { app: "app-id", url: it.url, events: 1 }, expect.any(String)]]);
  });
});
