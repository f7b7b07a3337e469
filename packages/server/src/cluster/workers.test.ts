import { describe, expect, onTestFinished, test } from "vitest";
import { UsherCommand } from "../../../../tests/support/usher.ts";
import type { AppInput } from "../config/config.ts";
import { backend } from "../testing/backend.ts";
import type { Caller } from "../testing/dial.ts";
import { ask, type Reached, reach, signin, subscribe, subscription, transports } from "../testing/serve.ts";

async function start(transport: "uws" | "node", app: Partial<AppInput> = {}): Promise<[Reached, UsherCommand]> {
  const apps = [{ id: "app-id", key: "app-key", secret: "app-secret", ...app }];
  const command = await UsherCommand.start({ transport, workers: 2, apps });
  onTestFinished(() => void command.end());
  return [reach(command.port), command];
}

/** So many sockets that some are with each worker; the system chooses. */
async function crowd(server: Reached): Promise<Caller[]> {
  return Promise.all(Array.from({ length: 24 }, () => server.dial()));
}

describe.each(transports)("two workers over %s", (transport) => {
  test("share a port, and answer as one", async () => {
    const [server] = await start(transport);
    const callers = await crowd(server);
    for (const caller of callers) {
      caller.say(signin(caller, { id: "ann" }));
      await caller.next();
      caller.say(subscribe("news"));
      await caller.next();
    }
    expect((await server.publish({ name: "e", channel: "news", data: "1" })).status).toBe(200);
    for (const caller of callers) expect(await caller.next()).toMatchObject({ event: "e", data: "1" });
    await server.publish({ name: "e", channel: "#server-to-user-ann", data: "2" });
    for (const caller of callers) expect(await caller.next()).toMatchObject({ event: "e", data: "2" });
    const ended = await server.request("POST", "/apps/app-id/users/ann/terminate_connections");
    expect(ended.body).toEqual({ connections: 24, nodes: 2, complete: true });
    for (const caller of callers) expect((await caller.closed).code).toBe(4009);
  });

  test("members see each other once, and those of a worker that dies are gone at once; another takes its place", async () => {
    const [server, command] = await start(transport);
    const callers = await crowd(server);
    for (const [at, caller] of callers.entries()) {
      caller.say(subscription(caller, "presence-room", { user_id: `user ${at}` }));
      const { presence } = (await caller.nextData()) as { presence: { count: number } };
      expect(presence.count).toBe(at + 1);
    }
    for (const [at, caller] of callers.entries()) expect(await caller.settled()).toHaveLength(callers.length - 1 - at);
    const { pid = 0 } = await command.says("a worker serves", 1);
    process.kill(pid, "SIGKILL");
    await command.says("a worker serves", 3);
    const { body } = await server.request("GET", "/apps/app-id/channels/presence-room/users");
    const left = new Set((body as { users: { id: string }[] }).users.map(({ id }) => id));
    const alive = callers.filter((_, at) => left.has(`user ${at}`));
    expect([alive.length > 0, alive.length < callers.length]).toEqual([true, true]);
    for (const caller of alive) {
      const gone = (await caller.settled()).filter(({ event }) => event === "pusher_internal:member_removed");
      expect(gone).toHaveLength(callers.length - alive.length);
    }
    expect((await crowd(server)).length).toBe(24);
  });

  test("tell a backend once who comes, in one order", async () => {
    const it = await backend();
    const [server] = await start(transport, { webhooks: [{ url: it.url }], clientEvents: true });
    const [first, ...others] = (await crowd(server)) as [Caller, ...Caller[]];
    for (const caller of [first, ...others]) {
      caller.say(subscription(caller, "presence-room", { user_id: "ann" }));
      await caller.next();
    }
    first.say({ event: "client-hello", channel: "presence-room", data: 1 });
    expect([await it.nextEvents(), await it.nextEvents(), await it.nextEvents()].flat()).toEqual([
      "channel_occupied presence-room",
      "member_added presence-room",
      "client_event presence-room",
    ]);
  });

  test("keep one last event of a cache channel", async () => {
    const [server] = await start(transport);
    await server.publish({ name: "e", channel: "cache-prices", data: "7" });
    for (const caller of await crowd(server)) {
      caller.say(subscribe("cache-prices"));
      await caller.next();
      expect(await caller.next()).toMatchObject({ event: "e", data: "7" });
    }
  });
});

test("workers do not share their port with another server", async () => {
  const [server] = await start("uws");
  await expect(UsherCommand.start({ port: server.port, workers: 2 })).rejects.toThrow("ended with 1");
});

test("workers and their parent end together, and send their clients away", async () => {
  const [server, command] = await start("uws");
  const callers = await crowd(server);
  expect(await command.end()).toBe(0);
  for (const caller of callers) expect((await caller.closed).code).toBe(4100);
  await expect(ask(server.port, "GET", "/ready")).rejects.toThrow("fetch failed");
});

test("workers whose parent is killed do not outlive it", async () => {
  const [server, command] = await start("uws");
  const callers = await crowd(server);
  await command.end("SIGKILL");
  for (const caller of callers) await caller.closed;
});
