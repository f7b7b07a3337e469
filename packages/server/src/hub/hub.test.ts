import { beforeEach, expect, test } from "vitest";
import type { App } from "../apps/app.ts";
import { parseConfig } from "../config/config.ts";
import type { Edge } from "../key.ts";
import { Connection } from "../socket/connection.ts";
import type { Fanout } from "../transport/transport.ts";
import { Hub } from "./hub.ts";

const [app, other] = parseConfig({
  apps: [
    { id: "app", key: "k1", secret: "s" },
    { id: "other", key: "k2", secret: "s" },
  ],
}).apps as [App, App];

/** A fan-out that writes down what it is told. */
class Notebook implements Fanout {
  readonly lines: string[] = [];
  attach = (connection: Connection, topic: string): void => void this.lines.push(`attach ${connection.id} ${topic}`);
  detach = (connection: Connection, topic: string): void => void this.lines.push(`detach ${connection.id} ${topic}`);
  publish = (topic: string, frame: string, except?: Connection): void =>
    void this.lines.push(`publish ${topic} ${frame}${except ? ` except ${except.id}` : ""}`);
}

let fanout: Notebook;
let hub: Hub;

beforeEach(() => {
  fanout = new Notebook();
  hub = new Hub(fanout);
});

function connected(id: string, to: App = app): Connection {
  const connection = new Connection(id, to, { send() {}, end() {} });
  hub.add(connection);
  return connection;
}

/** `first channel news`, `last member ann`: what a test wants to read. */
function words(edges: readonly Edge[]): string[] {
  return edges.map(({ kind, key, info }) => {
    const name = key.kind === "channel" ? key.channel : key.userId;
    return [kind, key.kind, name, ...(info === undefined ? [] : [info])].join(" ");
  });
}

test("the first to join a channel and the last to leave it are edges, those between are not", () => {
  const [a, b] = [connected("1"), connected("2")];
  expect(words(hub.join(a, "news"))).toEqual(["first channel news"]);
  expect(words(hub.join(b, "news"))).toEqual([]);
  expect(words(hub.leave(a, "news"))).toEqual([]);
  expect(words(hub.leave(b, "news"))).toEqual(["last channel news"]);
});

test("joining twice counts once, leaving what one is not in changes nothing", () => {
  const a = connected("1");
  hub.join(a, "news");
  expect(hub.join(a, "news")).toEqual([]);
  expect(words(hub.leave(a, "news"))).toEqual(["last channel news"]);
  expect(hub.leave(a, "news")).toEqual([]);
  expect(hub.leave(a, "elsewhere")).toEqual([]);
});

test("several connections of one user are one member", () => {
  const [a, b] = [connected("1"), connected("2")];
  expect(words(hub.join(a, "presence-x", { userId: "ann", info: "{}" }))).toEqual([
    "first channel presence-x",
    "first member ann {}",
  ]);
  expect(words(hub.join(b, "presence-x", { userId: "ann", info: "{}" }))).toEqual([]);
  expect(words(hub.leave(a, "presence-x"))).toEqual([]);
  expect(words(hub.leave(b, "presence-x"))).toEqual(["last member ann", "last channel presence-x"]);
});

test("a member that says something new of itself is an edge of its own", () => {
  const [a, b] = [connected("1"), connected("2")];
  hub.join(a, "presence-x", { userId: "ann", info: "1" });
  expect(words(hub.join(b, "presence-x", { userId: "ann", info: "2" }))).toEqual(["info member ann 2"]);
  expect(words(hub.join(a, "presence-x", { userId: "ann", info: "3" }))).toEqual(["info member ann 3"]);
  hub.leave(a, "presence-x");
  expect(words(hub.leave(b, "presence-x"))).toEqual(["last member ann", "last channel presence-x"]);
});

test("a member leaves as whom it joined, whoever signed in since", () => {
  const a = connected("1");
  hub.join(a, "presence-x", { userId: "guest", info: undefined });
  hub.bindUser(a, { id: "ann" });
  expect(words(hub.leave(a, "presence-x"))).toContain("last member guest");
});

test("a user is online with the first connection and offline with the last", () => {
  const [a, b] = [connected("1"), connected("2")];
  expect(words(hub.bindUser(a, { id: "ann" }))).toEqual(["first user ann"]);
  expect(hub.bindUser(b, { id: "ann" })).toEqual([]);
  expect(hub.bindUser(b, { id: "ann" })).toEqual([]);
  expect([...hub.connectionsOf(app, "ann")]).toEqual([a, b]);
  expect(hub.remove(a)).toEqual([]);
  expect(words(hub.remove(b))).toEqual(["last user ann"]);
  expect([...hub.connectionsOf(app, "ann")]).toEqual([]);
});

test("a connection that is gone gives back everything, once", () => {
  const a = connected("1");
  hub.join(a, "news");
  hub.join(a, "presence-x", { userId: "ann", info: undefined });
  hub.bindUser(a, { id: "ann" });
  expect(words(hub.remove(a))).toEqual([
    "last channel news",
    "last member ann",
    "last channel presence-x",
    "last user ann",
  ]);
  expect(hub.remove(a)).toEqual([]);
  expect([...hub.connections()]).toEqual([]);
});

test("a connection that is gone holds nothing any more, whatever it still says", () => {
  const a = connected("1");
  hub.remove(a);
  expect(hub.join(a, "news")).toEqual([]);
  expect(hub.bindUser(a, { id: "ann" })).toEqual([]);
  expect(a.subscriptions.size).toBe(0);
  expect([...hub.connectionsOf(app, "ann")]).toEqual([]);
});

test("nothing is delivered before the connection is admitted", () => {
  const a = connected("1");
  hub.join(a, "news");
  hub.bindUser(a, { id: "ann" });
  expect(fanout.lines).toEqual([]);
  hub.admit(a, { channel: "news" });
  hub.admit(a, { user: "ann" });
  expect(fanout.lines).toEqual(["attach 1 app/news", "attach 1 app/#server-to-user-ann"]);
});

test("an event goes to the topic of its channel or user, without the socket that is excepted", () => {
  const a = connected("1");
  hub.join(a, "news");
  hub.bindUser(a, { id: "ann" });
  hub.deliver("app", { channel: "news" }, "x");
  hub.deliver("app", { channel: "news" }, "x", "1");
  hub.deliver("app", { channel: "news" }, "x", "9.9");
  hub.deliver("app", { user: "ann" }, "y");
  expect(fanout.lines).toEqual([
    "publish app/news x",
    "publish app/news x except 1",
    "publish app/news x",
    "publish app/#server-to-user-ann y",
  ]);
});

test("what nobody here is in is not published at all", () => {
  hub.deliver("app", { channel: "news" }, "x");
  hub.deliver("app", { user: "ann" }, "x");
  hub.deliver("nowhere", { channel: "news" }, "x");
  expect(fanout.lines).toEqual([]);
});

test("apps do not see each other's connections, channels and users", () => {
  const [a, b] = [connected("1", app), connected("1", other)];
  expect(words(hub.join(a, "news"))).toEqual(["first channel news"]);
  expect(words(hub.join(b, "news"))).toEqual(["first channel news"]);
  hub.bindUser(a, { id: "ann" });
  expect([...hub.connectionsOf(other, "ann")]).toEqual([]);
  hub.remove(a);
  expect([...hub.connections()]).toEqual([b]);
});

test("whoever was open when a user's connections were ended cannot be that user, until nobody is left who was", () => {
  const [old, older] = [connected("1.1"), connected("1.2")];
  expect(hub.endUser(app, "ann")).toEqual([]);
  const young = connected("1.3");
  const can = (): boolean[] => [old, older, young].map((connection) => hub.mayBind(connection, "ann"));
  expect(can()).toEqual([false, false, true]);
  expect(words(hub.bindUser(old, { id: "ann" }))).toEqual([]);
  expect(old.user).toBeUndefined();
  hub.clearTombstones();
  expect(can()).toEqual([false, false, true]);
  hub.remove(old);
  hub.remove(older);
  hub.clearTombstones();
  expect(can()).toEqual([true, true, true]);
});

test("connections that close in the order in which they were opened take no longer for a tombstone", () => {
  const closing = (count: number): number => {
    const connections = Array.from({ length: count }, (_, index) => connected(`${count}.${index}`));
    hub.endUser(app, "ann");
    const started = performance.now();
    for (const connection of connections) hub.remove(connection);
    return performance.now() - started;
  };
  closing(1000);
  expect(closing(60_000)).toBeLessThan(1000);
});
