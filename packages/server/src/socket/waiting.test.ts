import { expect, test } from "vitest";
import type { Core } from "../core.ts";
import { announce } from "../edges.ts";
import { MemoryRoster } from "../roster/memory.ts";
import { terminateHere } from "../terminate.ts";
import { coreOn } from "../testing/core.ts";
import { signin } from "../testing/serve.ts";
import { createTopics } from "../transport/node/topics.ts";
import { close } from "./close.ts";
import type { Connection } from "./connection.ts";
import { dispatch } from "./dispatch.ts";
import { open } from "./open.ts";

/** A node whose roster answers when the test says so: what a store on the network does, made slow enough to look at. */
function slowNode(): { core: Core; connect(): { connection: Connection; heard: string[] }; answer(): Promise<void> } {
  const waiting: (() => void)[] = [];
  const turn = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));
  class SlowRoster extends MemoryRoster {
    override async hold(...args: Parameters<MemoryRoster["hold"]>): Promise<"held" | "full"> {
      await turn();
      return super.hold(...args);
    }
  }
  const core = coreOn(createTopics(), new SlowRoster("n"));
  core.roster.changes((change) => announce(core, change));
  return {
    core,
    connect() {
      const heard: string[] = [];
      const socket = { send: (frame: string) => heard.push((JSON.parse(frame) as { event: string }).event), end() {} };
      const connection = open(core, socket, { path: "/app/app-key", query: "protocol=7" });
      if (!connection) throw new Error("the handshake was refused");
      heard.length = 0;
      return { connection, heard };
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

test("a client that left while the cluster was asked gets no success and no event", async () => {
  const { core, connect, answer } = slowNode();
  const { connection, heard } = connect();
  const joining = say(core, connection, subscribe);
  await say(core, connection, unsubscribe);
  await answer();
  await joining;
  core.hub.deliver("app-id", { channel: "news" }, '{"event":"x"}');
  expect(heard).toEqual([]);
});

test("a client that left and came back while the cluster was asked gets one success", async () => {
  const { core, connect, answer } = slowNode();
  const { connection, heard } = connect();
  const first = say(core, connection, subscribe);
  await say(core, connection, unsubscribe);
  const second = say(core, connection, subscribe);
  await answer();
  await Promise.all([first, second]);
  core.hub.deliver("app-id", { channel: "news" }, '{"event":"x"}');
  expect(heard).toEqual(["pusher_internal:subscription_succeeded", "x"]);
});

test("a client that hung up while the cluster was asked is not spoken to", async () => {
  const { core, connect, answer } = slowNode();
  const { connection, heard } = connect();
  const joining = say(core, connection, subscribe);
  await close(core, connection);
  await answer();
  await joining;
  expect(heard).toEqual([]);
});

test("a user whose connections are ended while the sign-in waits is found, and not let in afterwards", async () => {
  const { core, connect, answer } = slowNode();
  const { connection, heard } = connect();
  const signingIn = say(core, connection, signin({ socketId: connection.id }, { id: "ann" }));
  expect(await terminateHere(core, connection.app, "ann")).toBe(1);
  await answer();
  await signingIn;
  expect(connection.closed).toBe(true);
  expect(heard).toEqual([]);
  core.hub.deliver("app-id", { user: "ann" }, '{"event":"x"}');
  expect(heard).toEqual([]);
});
