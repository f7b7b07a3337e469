import fc from "fast-check";
import { expect, test } from "vitest";
import type { App } from "../apps/app.ts";
import type { AppInput } from "../config/config.ts";
import type { Core } from "../core.ts";
import { announce } from "../edges.ts";
import { MemoryRoster } from "../roster/memory.ts";
import { terminateHere } from "../terminate.ts";
import { coreOn } from "../testing/core.ts";
import type { FakeClock } from "../testing/fake-clock.ts";
import { signin, subscription } from "../testing/serve.ts";
import { createTopics } from "../transport/node/topics.ts";
import { close } from "./close.ts";
import type { Connection } from "./connection.ts";
import { dispatch } from "./dispatch.ts";
import { open } from "./open.ts";

/** A node whose roster answers when the test says so: what a store on the network does, made slow enough to look at. */
function slowNode(app: Partial<AppInput> = {}) {
  let holds = 0;
  let broken = false;
  let hears = false;
  const waiting: (() => void)[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  class SlowRoster extends MemoryRoster {
    override async hold(...args: Parameters<MemoryRoster["hold"]>): Promise<"held" | "full"> {
      holds++;
      await turn();
      if (broken && hears) await super.hold(...args);
      if (broken) throw new Error("the store is away");
      return super.hold(...args);
    }
  }
  const core = coreOn(createTopics(), new SlowRoster("n"), { limits: { presenceMembers: 1 }, ...app });
  const clock = core.clock as FakeClock;
  core.roster.changes((change) => announce(core, change));
  return {
    core,
    holds: () => holds,
    connect() {
      const heard: string[] = [];
      const socket = { send: (frame: string) => heard.push((JSON.parse(frame) as { event: string }).event), end() {} };
      const connection = open(core, socket, { path: "/app/app-key", query: "protocol=7" });
      if (!connection) throw new Error("the handshake was refused");
      heard.length = 0;
      return { connection, heard };
    },
    /** The store behind the roster is away, or is there again. */
    break(away: boolean, when?: "after it has heard") {
      broken = away;
      hears = when !== undefined;
    },
    pass: (ms: number) => clock.pass(ms),
    /** One of the calls that wait is answered. */
    answerOne() {
      waiting.shift()?.();
    },
    async answer() {
      await new Promise((resolve) => setImmediate(resolve));
      do {
        for (const go of waiting.splice(0)) go();
        await new Promise((resolve) => setImmediate(resolve));
      } while (waiting.length > 0);
    },
  };
}

const say = (core: Core, connection: Connection, frame: object): Promise<void> =>
  dispatch(core, connection, Buffer.from(JSON.stringify(frame)));
const subscribe = { event: "pusher:subscribe", data: { channel: "news" } };
const unsubscribe = { event: "pusher:unsubscribe", data: { channel: "news" } };

test("nothing of a channel is delivered before its success was sent", async () => {
  const { core, connect, answer } = slowNode();
  const { connection, heard } = connect();
  const joining = say(core, connection, subscribe);
  core.hub.deliver("app-id", { channel: "news" }, '{"event":"early"}');
  expect(heard).toEqual([]);
  await answer();
  await joining;
  core.hub.deliver("app-id", { channel: "news" }, '{"event":"late"}');
  expect(heard).toEqual(["pusher_internal:subscription_succeeded", "late"]);
});

test("who comes while the cluster is slow hears all the same how many there are", async () => {
  const { core, connect, answer, pass } = slowNode({ subscriptionCount: true });
  const { connection, heard } = connect();
  const joining = say(core, connection, subscribe);
  pass(100);
  await answer();
  await joining;
  pass(100);
  await answer();
  expect(heard).toEqual(["pusher_internal:subscription_succeeded", "pusher_internal:subscription_count"]);
});

test("a client that left while the cluster was asked gets no success and no event", async () => {
  const { core, connect, answer } = slowNode();
  const { connection, heard } = connect();
  const joining = say(core, connection, subscribe);
  const leaving = say(core, connection, unsubscribe);
  await answer();
  await Promise.all([joining, leaving]);
  core.hub.deliver("app-id", { channel: "news" }, '{"event":"x"}');
  expect(heard).toEqual([]);
});

test("a client that left and came back while the cluster was asked gets one success", async () => {
  const { core, connect, answer } = slowNode();
  const { connection, heard } = connect();
  const first = say(core, connection, subscribe);
  const leaving = say(core, connection, unsubscribe);
  const second = say(core, connection, subscribe);
  await answer();
  await Promise.all([first, leaving, second]);
  core.hub.deliver("app-id", { channel: "news" }, '{"event":"x"}');
  expect(heard).toEqual(["pusher_internal:subscription_succeeded", "x"]);
});

test("a client that hung up while the cluster was asked is not spoken to", async () => {
  const { core, connect, answer } = slowNode();
  const { connection, heard } = connect();
  const joining = say(core, connection, subscribe);
  const closing = close(core, connection);
  await answer();
  await Promise.all([joining, closing]);
  expect(heard).toEqual([]);
});

test("a user whose connections are ended while the sign-in waits is found, and not let in afterwards", async () => {
  const { core, connect, answer } = slowNode();
  const { connection, heard } = connect();
  const signingIn = say(core, connection, signin({ socketId: connection.id }, { id: "ann" }));
  const ending = terminateHere(core, connection.app, "ann");
  await answer();
  await signingIn;
  expect(await ending).toBe(1);
  expect(connection.closed).toBe(true);
  expect(heard).toEqual([]);
  core.hub.deliver("app-id", { user: "ann" }, '{"event":"x"}');
  expect(heard).toEqual([]);
});

test("whoever comes to a channel that is still being claimed waits for the same answer", async () => {
  const { core, connect, answer } = slowNode();
  const [first, second] = [connect(), connect()];
  const joining = [first, second].map(({ connection }) => say(core, connection, subscribe));
  await new Promise((resolve) => setImmediate(resolve));
  expect([first.heard, second.heard]).toEqual([[], []]);
  await answer();
  await Promise.all(joining);
  expect(second.heard).toEqual(["pusher_internal:subscription_succeeded"]);
});

test("two connections of a user who is one too many are refused together, and leave nothing behind", async () => {
  const { core, connect, answer } = slowNode();
  const callers = [connect(), connect(), connect()];
  const enter = ({ connection }: { connection: Connection }, userId: string) => {
    const member = { user_id: userId };
    return say(core, connection, subscription({ socketId: connection.id }, "presence-room", member));
  };
  const first = enter(callers[0] as never, "ann");
  await answer();
  await first;
  const others = [enter(callers[1] as never, "bob"), enter(callers[2] as never, "bob")];
  await answer();
  await Promise.all(others);
  expect(callers.slice(1).map(({ heard }) => heard)).toEqual([
    ["pusher:subscription_error"],
    ["pusher:subscription_error"],
  ]);
  expect(core.hub.subscribers("app-id", "presence-room")).toBe(1);
  expect([...(await core.roster.members("app-id", "presence-room")).keys()]).toEqual(["ann"]);
});

test("however often one comes and goes meanwhile, the roster ends where the hub is, by the fewest calls", async () => {
  const { core, connect, answer, holds } = slowNode();
  const { connection } = connect();
  const said = [subscribe, unsubscribe, subscribe, unsubscribe, subscribe].map((frame) => say(core, connection, frame));
  await answer();
  await Promise.all(said);
  expect(holds()).toBeLessThanOrEqual(2);
  expect(await core.roster.holders({ kind: "channel", app: "app-id", channel: "news" })).toEqual(["n"]);
  const last = say(core, connection, unsubscribe);
  await answer();
  await last;
  expect(await core.roster.holders({ kind: "channel", app: "app-id", channel: "news" })).toEqual([]);
});

test("only the first who comes to a channel on a node, and the last who leaves it, cost a call", async () => {
  const { core, connect, answer, holds } = slowNode();
  const connections = [connect(), connect()].map(({ connection }) => connection);
  for (const connection of connections) {
    const joining = say(core, connection, subscribe);
    await answer();
    await joining;
    expect(holds()).toBe(1);
  }
  const holders = () => core.roster.holders({ kind: "channel", app: "app-id", channel: "news" });
  for (const stays of [["n"], []]) {
    await say(core, connections.pop() as Connection, unsubscribe);
    expect(await holders()).toEqual(stays);
  }
  expect(holds()).toBe(1);
});

test("while the store is away who comes is in on this node, and the roster is told again until it knows", async () => {
  const { core, connect, answer, ...store } = slowNode();
  const { connection, heard } = connect();
  const holders = () => core.roster.holders({ kind: "channel", app: "app-id", channel: "news" });
  store.break(true);
  const joining = say(core, connection, subscribe);
  await answer();
  await joining;
  core.hub.deliver("app-id", { channel: "news" }, '{"event":"x"}');
  expect(heard).toEqual(["pusher_internal:subscription_succeeded", "x"]);
  store.pass(1000);
  await answer();
  expect(await holders()).toEqual([]);
  store.break(false);
  store.pass(1000);
  await answer();
  expect(await holders()).toEqual(["n"]);
  const calls = store.holds();
  store.pass(60_000);
  expect(store.holds()).toBe(calls);
});

test("who came and went while the store was away is not held when it is back, even if the store had heard of the coming", async () => {
  const { core, connect, answer, ...store } = slowNode();
  const { connection } = connect();
  store.break(true, "after it has heard");
  const joining = say(core, connection, subscribe);
  await answer();
  await joining;
  const leaving = say(core, connection, unsubscribe);
  await answer();
  await leaving;
  const calls = store.holds();
  store.break(false);
  store.pass(1000);
  await answer();
  expect(store.holds()).toBe(calls);
  expect(await core.roster.holders({ kind: "channel", app: "app-id", channel: "news" })).toEqual([]);
});

test("who signs in while the going of the user's other connection waits behind something else is not taken for gone", async () => {
  const { core, connect, answer } = slowNode();
  const [first, second] = [connect().connection, connect().connection];
  const sign = (connection: Connection) => say(core, connection, signin({ socketId: connection.id }, { id: "ann" }));
  const said = [sign(first), say(core, first, subscribe), close(core, first), sign(second)];
  await answer();
  await Promise.all(said);
  expect(await core.roster.holders({ kind: "user", app: "app-id", userId: "ann" })).toEqual(["n"]);
});

test("who was let in while the store was away stays in when it is back, even if that is one too many", async () => {
  const { core, connect, answer, ...store } = slowNode();
  store.break(true);
  for (const userId of ["ann", "bob"]) {
    const { connection, heard } = connect();
    const room = subscription({ socketId: connection.id }, "presence-room", { user_id: userId });
    const entering = say(core, connection, room);
    await answer();
    await entering;
    expect(heard).toEqual(["pusher_internal:subscription_succeeded"]);
  }
  store.break(false);
  store.pass(1000);
  await answer();
  expect([...(await core.roster.members("app-id", "presence-room")).keys()].sort()).toEqual(["ann", "bob"]);
});

test("whatever clients do at whatever moment, the roster ends where the hub is", async () => {
  const keys = {
    channel: { kind: "channel", app: "app-id", channel: "news" },
    user: { kind: "user", app: "app-id", userId: "ann" },
  } as const;
  const room = "presence-room"; // which has one member at most, as long as the store is there
  const memberOf = (who: number) => ({ user_id: who === 0 ? "ann" : "bob" });
  const step = fc.record({
    who: fc.nat(2),
    what: fc.constantFrom("in", "out", "enter", "leave", "sign", "end", "answer", "answer", "answer", "away", "back"),
    ticks: fc.nat(4),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      const { core, connect, answer, ...store } = slowNode();
      const connections = [connect(), connect(), connect()].map(({ connection }) => connection);
      for (const { who, what, ticks } of steps) {
        const connection = connections[who] as Connection;
        if (what === "in") void say(core, connection, subscribe);
        if (what === "out") void say(core, connection, unsubscribe);
        if (what === "enter")
          void say(core, connection, subscription({ socketId: connection.id }, room, memberOf(who)));
        if (what === "leave") void say(core, connection, { event: "pusher:unsubscribe", data: { channel: room } });
        if (what === "sign") void say(core, connection, signin({ socketId: connection.id }, { id: "ann" }));
        if (what === "end") void close(core, connection);
        if (what === "answer") store.answerOne();
        if (what === "away" || what === "back") store.break(what === "away", "after it has heard");
        for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      }
      store.break(false);
      await answer();
      store.pass(1000);
      await answer();
      const inNews = connections.some(({ subscriptions }) => subscriptions.has("news"));
      const online = [...core.hub.connectionsOf(core.apps.byId("app-id") as App, "ann")].length > 0;
      expect(await core.roster.holders(keys.channel)).toEqual(inNews ? ["n"] : []);
      expect(await core.roster.holders(keys.user)).toEqual(online ? ["n"] : []);
      const members = connections.flatMap(({ subscriptions }) => subscriptions.get(room)?.member?.userId ?? []);
      expect(new Set((await core.roster.members("app-id", room)).keys())).toEqual(new Set(members));
    }),
    { numRuns: 1000 },
  );
});
