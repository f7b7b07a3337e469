import { expect, test, vi } from "vitest";
import { backend } from "../testing/backend.ts";
import { becomes, dialogue } from "../testing/cluster.ts";

import { subscribe, subscription } from "../testing/serve.ts";

const cluster = dialogue();

test("a backend is told once who comes and goes, whatever node they are on, in the order in which it was", async () => {
  const it = await backend();
  const [one, two] = await cluster.nodes(2, { webhooks: [{ url: it.url }] });
  const [here, there] = [await one.dial(), await two.dial()];
  for (const caller of [here, there]) {
    caller.say(subscription(caller, "presence-room", { user_id: "ann" }));
    await caller.next();
  }
  there.say(subscribe("news"));
  const told = [await it.next(), await it.next(), await it.next()];
  expect(told.flatMap(({ events }) => events).filter(({ channel }) => channel === "presence-room")).toEqual([
    { name: "channel_occupied", channel: "presence-room" },
    { name: "member_added", channel: "presence-room", user_id: "ann" },
  ]);
  await here.hangUp();
  await there.hangUp();
  const gone = [await it.next(), await it.next(), await it.next()].flatMap(({ events }) =>
    events.map(({ name }) => name),
  );
  expect(gone.sort()).toEqual(["channel_vacated", "channel_vacated", "member_removed"]);
});

test("whoever comes back on another node neither went nor came", async () => {
  const it = await backend();
  const [one, two] = await cluster.nodes(2, { webhooks: [{ url: it.url }] });
  const here = await one.dial();
  here.say(subscribe("news"));
  expect(await it.nextEvents()).toEqual(["channel_occupied news"]);
  await here.hangUp();
  const there = await two.dial();
  there.say(subscribe("news"));
  await there.next();
  await there.hangUp();
  expect(await it.nextEvents()).toEqual(["channel_vacated news"]);
});

test("what a node was telling when it stopped is told again by another, with the same id", async () => {
  const it = await backend();
  it.manner = () => "hangs";
  const [one, two] = await cluster.nodes(2, { webhooks: [{ url: it.url }] }, 2);
  const caller = await two.dial();
  caller.say(subscribe("news"));
  const first = await it.next();
  it.manner = () => 200;
  await one.close();
  const again = await it.next();
  expect([again.events, again.ids]).toEqual([first.events, first.ids]);
  caller.say({ event: "pusher:unsubscribe", data: { channel: "news" } });
  expect(await it.nextEvents()).toEqual(["channel_vacated news"]);
});

test("what happens while no node is there to tell is told by the next one", async () => {
  const it = await backend();
  const [one] = await cluster.nodes(1, { webhooks: [{ url: it.url }] });
  const caller = await one.dial();
  caller.say(subscribe("news"));
  expect(await it.nextEvents()).toEqual(["channel_occupied news"]);
  await one.close();
  await cluster.nodes(1, { webhooks: [{ url: it.url }] });
  expect(await it.nextEvents()).toEqual(["channel_vacated news"]);
});

test("after redis has lost everything a backend is told what has changed meanwhile, and nothing that it knows", {
  timeout: 30_000,
}, async () => {
  const it = await backend();
  const [one, two] = await cluster.nodes(2, { webhooks: [{ url: it.url }] }, 2);
  const [stays, goes, shared] = [await one.dial(), await one.dial(), await two.dial()];
  for (const [caller, channel] of [
    [stays, "stays"],
    [goes, "goes"],
    [goes, "shared"],
    [shared, "shared"],
  ] as const) {
    caller.say(subscribe(channel));
    await caller.next();
  }
  const known = [await it.nextEvents(), await it.nextEvents(), await it.nextEvents()].flat();
  expect(known.sort()).toEqual(["channel_occupied goes", "channel_occupied shared", "channel_occupied stays"]);
  await cluster.redis.kill();
  for (const node of [one, two]) await becomes(node, 503);
  await goes.hangUp();
  const comes = await two.dial();
  comes.say(subscribe("comes"));
  await comes.next();
  await cluster.redis.start();
  expect([await it.nextEvents(), await it.nextEvents()].flat().sort()).toEqual([
    "channel_occupied comes",
    "channel_vacated goes",
  ]);
  await shared.hangUp();
  expect(await it.nextEvents()).toEqual(["channel_vacated shared"]);
});

test("a going that a backend is still to be told of when redis loses everything is told all the same", {
  timeout: 30_000,
}, async () => {
  const it = await backend();
  const [one] = await cluster.nodes(1, { webhooks: [{ url: it.url }] }, 2);
  const caller = await one.dial();
  caller.say(subscribe("news"));
  expect(await it.nextEvents()).toEqual(["channel_occupied news"]);
  caller.say({ event: "pusher:unsubscribe", data: { channel: "news" } });
  await caller.settled();
  await vi.waitUntil(async () => (await one.request("GET", "/apps/app-id/channels/news")).body.occupied === false);
  await cluster.redis.kill();
  await becomes(one, 503);
  await cluster.redis.start();
  expect(await it.nextEvents()).toEqual(["channel_vacated news"]);
});
