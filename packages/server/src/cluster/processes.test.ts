import { expect, onTestFinished, test, vi } from "vitest";
import { UsherCommand } from "../../../../tests/support/usher.ts";
import { backend } from "../testing/backend.ts";
import { usersOf } from "../testing/cluster.ts";
import { onRedis } from "../testing/redis-node.ts";
import { type Reached, reach, signin, subscription } from "../testing/serve.ts";

const redis = onRedis();

async function start(webhook: string): Promise<[Reached, UsherCommand]> {
  const apps = [{ id: "app-id", key: "app-key", secret: "app-secret", webhooks: [{ url: webhook }] }];
  const cluster = { redis: redis.server.url, name: redis.current() };
  const command = await UsherCommand.start({ cluster, apps });
  onTestFinished(() => void command.end("SIGKILL"));
  return [reach(command.port), command];
}

test("within 15 s of a node's death everyone has been told who was on it: members, watchers and backends", {
  timeout: 40_000,
}, async () => {
  redis.cluster();
  const it = await backend();
  const [[one], [two, dying]] = [await start(it.url), await start(it.url)];
  const [here, there] = [await one.dial(), await two.dial()];
  here.say(signin(here, { id: "ann", watchlist: ["bob"] }));
  await here.next();
  await here.next();
  there.say(signin(there, { id: "bob" }));
  await there.next();
  expect(await here.nextData()).toEqual({ events: [{ name: "online", user_ids: ["bob"] }] });
  for (const [caller, user_id] of [
    [here, "ann"],
    [there, "bob"],
  ] as const) {
    caller.say(subscription(caller, "presence-room", { user_id }));
    await caller.next();
  }
  await here.next();
  await vi.waitFor(async () =>
    expect((await it.next()).events[0]).toMatchObject({ name: "member_added", user_id: "bob" }),
  );

  const killed = Date.now();
  await dying.end("SIGKILL");
  const told = [await here.next(), await here.next()].map(({ event, data }) => `${event} ${data}`);
  expect(told.sort()).toEqual([
    'pusher_internal:member_removed {"user_id":"bob"}',
    'pusher_internal:watchlist_events {"events":[{"name":"offline","user_ids":["bob"]}]}',
  ]);
  expect((await it.next()).events).toEqual([{ name: "member_removed", channel: "presence-room", user_id: "bob" }]);
  expect(Date.now() - killed).toBeLessThan(15_000);
});

test("a node that stood still for longer than its lease has its members back when it goes on", {
  timeout: 60_000,
}, async () => {
  redis.cluster();
  const it = await backend();
  const [[one], [two, paused]] = [await start(it.url), await start(it.url)];
  const [here, there] = [await one.dial(), await two.dial()];
  here.say(subscription(here, "presence-room", { user_id: "ann" }));
  await here.next();
  there.say(subscription(there, "presence-room", { user_id: "bob" }));
  await there.next();
  await here.next();
  paused.signal("SIGSTOP");
  expect(await here.next()).toMatchObject({ event: "pusher_internal:member_removed", data: '{"user_id":"bob"}' });
  paused.signal("SIGCONT");
  expect(await here.next()).toMatchObject({ event: "pusher_internal:member_added", data: '{"user_id":"bob"}' });
  for (const node of [one, two]) {
    await vi.waitFor(async () => {
      expect(await usersOf(node)).toEqual(["ann", "bob"]);
    });
  }
  expect((await two.publish({ name: "e", channel: "presence-room", data: "1" })).status).toBe(200);
  expect(await here.next()).toMatchObject({ event: "e" });
});
