import { describe, expect, test } from "vitest";
import { brokerContract, sharedBrokerContract } from "../broker/broker.contract.ts";
import type { Broker } from "../broker/broker.ts";
import { IpcBroker } from "../broker/ipc.ts";
import { cacheContract } from "../cache/cache.contract.ts";
import { IpcCache } from "../cache/ipc.ts";
import { systemClock } from "../clock.ts";
import type { Key } from "../key.ts";
import { IpcRoster } from "../roster/ipc.ts";
import { rosterContract, sharedRosterContract } from "../roster/roster.contract.ts";
import { lines } from "../testing/lines.ts";
import { Host } from "./host.ts";
import { Link } from "./link.ts";

let workers = 0;

function worker(host: Host) {
  const node = `worker-${++workers}`;
  const [near, far] = lines();
  const link = new Link(near);
  host.connect(node, far);
  return { node, link, roster: new IpcRoster(link), broker: new IpcBroker(node, link) as Broker };
}

const host = (): Host => new Host({ clock: systemClock, webhook() {} });

describe("the roster of a worker", () => {
  rosterContract(async () => worker(host()));

  const leaving = async () => {
    const shared = host();
    const [one, two] = [worker(shared), worker(shared)];
    const close = one.roster.close.bind(one.roster);
    one.roster.close = async () => {
      await close();
      shared.disconnect(one.node);
    };
    return [one, two] as const;
  };
  sharedRosterContract(leaving);
});

describe("the broker of a worker", () => {
  brokerContract(async () => worker(host()).broker);

  sharedBrokerContract(async () => {
    const shared = host();
    return [worker(shared).broker, worker(shared).broker];
  });
});

describe("a worker that publishes", () => {
  test("is answered when the others have been told, so that what another worker publishes then comes later", async () => {
    const shared = host();
    const topic = { app: "a", to: { channel: "news" } };
    const told: object[] = [];
    const [near, far] = lines();
    shared.connect("reader", { ...far, say: (message) => told.push(message) });
    near.say({ act: "listen", args: ["a channel news"], question: 1 });
    const [one, two] = [worker(shared), worker(shared)];
    for (const [{ broker }, frame] of [
      [one, "1"],
      [two, "2"],
    ] as const) {
      await broker.publish({ kind: "event", ...topic, frame });
      expect(told.at(-1)).toMatchObject({ act: "event", args: [{ frame }] });
    }
  });
});

describe("the cache of a worker", () => {
  cacheContract(async () => new IpcCache(worker(host()).link, systemClock));

  test("gives whoever is recalling what the worker itself sends meanwhile", async () => {
    const cache = new IpcCache(worker(host()).link, systemClock);
    await cache.remember("app", "cache-a", "1", 60);
    const before = cache.recall("app", "cache-a");
    void cache.remember("app", "cache-a", "2", 60);
    expect((await before)?.frame).toBe("2");
  });
});

describe("a worker that dies", () => {
  const user: Key = { kind: "user", app: "a", userId: "ann" };

  test("holds nothing any more, listens to nothing, and is not waited for", async () => {
    const shared = host();
    const [one, two] = [worker(shared), worker(shared)];
    await one.roster.hold(user);
    await one.broker.follow({ app: "a", to: { channel: "news" } });
    await two.roster.follow(user);
    const heard: string[] = [];
    two.roster.changes(({ kind }) => heard.push(kind));
    const asked = two.broker.ask([one.node], { kind: "terminate", app: "a", userId: "ann" }, 60_000);
    await two.roster.holders(user);
    shared.disconnect(one.node);
    expect(await asked).toEqual([]);
    expect(await two.roster.holders(user)).toEqual([]);
    expect(heard).toEqual(["removed"]);
  });
});
