import { expect, onTestFinished, test } from "vitest";
import type { Key, NodeId } from "../key.ts";
import type { Change, Roster } from "./roster.ts";

const channel: Key = { kind: "channel", app: "a", channel: "presence-room" };
const user: Key = { kind: "user", app: "a", userId: "ann" };
const ann: Key = { kind: "member", app: "a", channel: "presence-room", userId: "ann" };
const bob: Key = { kind: "member", app: "a", channel: "presence-room", userId: "bob" };

/** The roster of one node, not yet started. */
interface NodeRoster {
  readonly roster: Roster;
  readonly node: NodeId;
}

/** A node as a test sees it. */
interface Opened extends NodeRoster {
  /** What its feed has said. */
  readonly heard: string[];
  /** Resolves when its feed has said so many things. */
  hears(count: number): Promise<string[]>;
}

async function open({ roster, node }: NodeRoster, followed: readonly Key[]): Promise<Opened> {
  onTestFinished(() => roster.close());
  const heard: string[] = [];
  let look = (): void => {};
  roster.changes((change) => {
    heard.push(describeChange(change));
    look();
  });
  await roster.start();
  for (const key of followed) await roster.follow(key);
  const hears = (count: number): Promise<string[]> =>
    new Promise((resolve) => {
      look = () => heard.length >= count && resolve(heard);
      look();
    });
  return { roster, node, heard, hears };
}

function describeChange({ kind, key, info }: Change): string {
  const who = key.kind === "channel" ? "" : ` ${key.userId}`;
  return `${kind} ${key.kind}${who}${info === undefined ? "" : ` ${info}`}`;
}

/** What every roster must do, seen from one node. Run by the test of each. */
export function rosterContract(create: () => Promise<NodeRoster>): void {
  const opened = async (...followed: readonly Key[]): Promise<Opened> => open(await create(), followed);

  test("announces a key once when it is first held and once when it is released", async () => {
    const { roster, heard } = await opened(channel);
    expect(await roster.hold(channel)).toBe("held");
    expect(await roster.hold(channel)).toBe("held");
    await roster.release(channel);
    await roster.release(channel);
    expect(heard).toEqual(["added channel", "removed channel"]);
  });

  test("announces nothing for the release of what was never held", async () => {
    const { roster, heard } = await opened(user, channel);
    await roster.release(user);
    await roster.release(ann);
    await roster.release(channel);
    expect(heard).toEqual([]);
  });

  test("names the nodes that hold a key", async () => {
    const { roster, node } = await opened();
    expect(await roster.holders(user)).toEqual([]);
    await roster.hold(user);
    await roster.hold(ann);
    expect(await roster.holders(user)).toEqual([node]);
    expect(await roster.holders(ann)).toEqual([node]);
    expect(await roster.holders(bob)).toEqual([]);
    await roster.release(user);
    expect(await roster.holders(user)).toEqual([]);
  });

  test("has one user_info for a member, the newest, and announces a change of it as such", async () => {
    const { roster, heard } = await opened(channel);
    await roster.hold(ann, { info: "1" });
    await roster.hold(ann, { info: "1" });
    await roster.hold(ann, { info: '{"a b":"2\\n\u2028 ☃"}' });
    expect([...(await roster.members("a", "presence-room"))]).toEqual([["ann", '{"a b":"2\\n\u2028 ☃"}']]);
    expect(heard).toEqual(["added member ann 1", 'info member ann {"a b":"2\\n\u2028 ☃"}']);
  });

  test("refuses one member more than the limit, and never one that is present", async () => {
    const { roster, heard } = await opened(channel);
    expect(await roster.hold(ann, { limit: 1 })).toBe("held");
    expect(await roster.hold(bob, { limit: 1 })).toBe("full");
    expect(await roster.hold(ann, { limit: 1, info: "new" })).toBe("held");
    expect([...(await roster.members("a", "presence-room")).keys()]).toEqual(["ann"]);
    await roster.release(ann);
    expect(await roster.hold(bob, { limit: 1 })).toBe("held");
    expect(heard).toEqual(["added member ann", "info member ann new", "removed member ann", "added member bob"]);
  });

  test("keeps a replica that is a snapshot first and every change after it", async () => {
    const { roster } = await opened();
    await roster.hold(ann, { info: "1" });
    const replica = await roster.follow(channel);
    expect([...replica.members]).toEqual([["ann", "1"]]);
    await roster.hold(bob);
    expect([...replica.members]).toEqual([
      ["ann", "1"],
      ["bob", undefined],
    ]);
    await roster.release(ann);
    expect([...replica.members]).toEqual([["bob", undefined]]);
    expect(await roster.follow(channel)).toBe(replica);
  });

  test("keeps a replica that knows whether anybody holds the key, be it now or later", async () => {
    const { roster, heard } = await opened();
    const replica = await roster.follow(user);
    expect(replica.held).toBe(false);
    await roster.hold(user);
    expect(replica.held).toBe(true);
    await roster.release(user);
    expect([replica.held, heard]).toEqual([false, ["added user ann", "removed user ann"]]);
    await roster.hold(user);
    await roster.unfollow(user);
    expect((await roster.follow(user)).held).toBe(true);
  });

  test("applies holds and releases of one key in the order in which they were made", async () => {
    const { roster, heard } = await opened(channel);
    await Promise.all([roster.hold(ann), roster.release(ann), roster.hold(ann), roster.release(ann)]);
    expect(heard).toEqual(["added member ann", "removed member ann", "added member ann", "removed member ann"]);
    expect(await roster.holders(ann)).toEqual([]);
  });

  test("knows a member's channel while it is still asking for a copy of it", async () => {
    const { roster, heard } = await opened();
    const [replica] = await Promise.all([
      roster.follow(channel),
      roster.hold(channel),
      roster.hold(ann, { info: "1" }),
    ]);
    expect([...replica.members]).toEqual([["ann", "1"]]);
    const news = heard.length;
    await roster.hold(bob);
    expect(heard.slice(news)).toEqual(["added member bob"]);
  });

  test("lists the occupied channels of one app by prefix, with the users of presence channels", async () => {
    const { roster } = await opened();
    await roster.hold(channel);
    await roster.hold(ann);
    await roster.hold(bob);
    await roster.hold({ kind: "channel", app: "a", channel: "news" });
    await roster.hold({ kind: "channel", app: "b", channel: "presence-other" });
    await roster.hold(user);
    const byName = (await roster.channels("a", "")).sort((x, y) => x.channel.localeCompare(y.channel));
    expect(byName).toEqual([
      { channel: "news", userCount: undefined },
      { channel: "presence-room", userCount: 2 },
    ]);
    expect(await roster.channels("a", "presence-")).toEqual([{ channel: "presence-room", userCount: 2 }]);
  });

  test("says of one channel whether somebody is in it, and how many users", async () => {
    const { roster } = await opened();
    expect(await roster.channel("a", "presence-room")).toEqual({ occupied: false, userCount: 0 });
    await roster.hold(channel);
    await roster.hold(ann);
    expect(await roster.channel("a", "presence-room")).toEqual({ occupied: true, userCount: 1 });
    await roster.release(ann);
    await roster.release(channel);
    expect(await roster.channel("a", "presence-room")).toEqual({ occupied: false, userCount: 0 });
  });

  test("counts the subscriptions that a node says it has, and keeps them for as long as the node holds the channel", async () => {
    const { roster } = await opened();
    const count = (own: number) => roster.count("a", "presence-room", own);
    expect(await count(2)).toEqual({ count: 2, kept: false });
    await roster.hold(channel);
    expect(await count(3)).toEqual({ count: 3, kept: true });
    await roster.release(channel);
    expect(await count(0)).toEqual({ count: 0, kept: false });
  });

  test("keeps apps, channels and users of the same name apart", async () => {
    const { roster } = await opened();
    await roster.hold({ kind: "user", app: "a", userId: "x" });
    expect(await roster.holders({ kind: "user", app: "b", userId: "x" })).toEqual([]);
    expect(await roster.holders({ kind: "channel", app: "a", channel: "x" })).toEqual([]);
  });

  test.each(["__proto__", "a b", "auth0|7", "ünïcödé ☃", "c:x", " ", "@", "1,2"])(
    "takes %j as the id of a user like any other",
    async (userId) => {
      const member: Key = { kind: "member", app: "a", channel: "presence-room", userId };
      const itself: Key = { kind: "user", app: "a", userId };
      const { roster, heard, node } = await opened(channel, itself);
      await roster.hold(member, { info: "{}" });
      await roster.hold(itself);
      expect([...(await roster.members("a", "presence-room"))]).toEqual([[userId, "{}"]]);
      expect([await roster.holders(member), await roster.holders(itself)]).toEqual([[node], [node]]);
      await roster.release(member);
      await roster.release(itself);
      expect([await roster.holders(member), await roster.holders(itself)]).toEqual([[], []]);
      const changes = [
        `added member ${userId} {}`,
        `added user ${userId}`,
        `removed member ${userId}`,
        `removed user ${userId}`,
      ];
      expect(heard).toEqual(changes);
    },
  );
}

/** What every roster of more than one node must do. @param create two nodes of one cluster, that nobody else is in */
export function sharedRosterContract(create: () => Promise<readonly [NodeRoster, NodeRoster]>): void {
  async function both(...followed: readonly Key[]): Promise<[Opened, Opened]> {
    const [first, second] = await create();
    return [await open(first, followed), await open(second, followed)];
  }

  test("announces to every follower the first node that holds a key and the last that releases it", async () => {
    const [one, two] = await both(user);
    await one.roster.hold(user);
    await two.roster.hold(user);
    expect((await one.roster.holders(user)).sort()).toEqual([one.node, two.node].sort());
    await one.roster.release(user);
    await two.roster.release(user);
    expect(await one.hears(2)).toEqual(["added user ann", "removed user ann"]);
    expect(await two.hears(2)).toEqual(["added user ann", "removed user ann"]);
  });

  test("counts the subscriptions of all nodes that hold the channel", async () => {
    const [one, two] = await both();
    for (const { roster } of [one, two]) await roster.hold(channel);
    await one.roster.count("a", "presence-room", 3);
    expect(await two.roster.count("a", "presence-room", 4)).toEqual({ count: 7, kept: true });
    await one.roster.release(channel);
    expect(await two.roster.count("a", "presence-room", 5)).toEqual({ count: 5, kept: true });
  });

  test("counts a member that is on two nodes once, with the newest user_info", async () => {
    const [one, two] = await both(channel);
    await one.roster.hold(ann, { info: "old" });
    await two.roster.hold(ann, { info: "new" });
    expect(await one.roster.channel("a", "presence-room")).toMatchObject({ userCount: 1 });
    expect(await one.hears(2)).toEqual(["added member ann old", "info member ann new"]);
    expect([...(await one.roster.members("a", "presence-room"))]).toEqual([["ann", "new"]]);
    await two.roster.release(ann);
    await one.roster.release(ann);
    expect(await two.hears(3)).toEqual(["added member ann old", "info member ann new", "removed member ann"]);
  });

  test("keeps a limit over all nodes, whoever comes at the same time", async () => {
    const [one, two] = await both();
    const outcomes = await Promise.all([one.roster.hold(ann, { limit: 1 }), two.roster.hold(bob, { limit: 1 })]);
    expect(outcomes.sort()).toEqual(["full", "held"]);
    expect((await two.roster.members("a", "presence-room")).size).toBe(1);
  });

  test("gives a follower the members of other nodes first, and then every change", async () => {
    const [one, two] = await both();
    await one.roster.hold(ann, { info: "1" });
    const replica = await two.roster.follow(channel);
    expect([...replica.members]).toEqual([["ann", "1"]]);
    await one.roster.hold(bob);
    await one.roster.release(ann);
    expect(await two.hears(2)).toEqual(["added member bob", "removed member ann"]);
    expect([...replica.members.keys()]).toEqual(["bob"]);
  });

  test("announces nothing of a key that is not followed any more", async () => {
    const [one, two] = await both(user, channel);
    await two.roster.unfollow(user);
    await one.roster.hold(user);
    await one.roster.hold(channel);
    expect(await two.hears(1)).toEqual(["added channel"]);
  });

  test("gives back what a node held when it leaves", async () => {
    const [one, two] = await both(user, channel);
    await one.roster.hold(user);
    await one.roster.hold(channel);
    await one.roster.hold(ann);
    await two.hears(3);
    await one.roster.close();
    expect((await two.hears(6)).slice(3).sort()).toEqual(["removed channel", "removed member ann", "removed user ann"]);
    expect(await two.roster.channels("a", "")).toEqual([]);
  });

  test("tells a thousand changes of one channel without a gap and in their order", async () => {
    const [one, two] = await both(channel);
    const members = Array.from({ length: 500 }, (_, at): Key => ({ ...ann, userId: `user ${at}` }) as Key);
    await Promise.all(members.map((member) => one.roster.hold(member)));
    await Promise.all(members.map((member) => one.roster.release(member)));
    const ids = members.map((_, at) => `member user ${at}`);
    expect(await two.hears(1000)).toEqual([...ids.map((id) => `added ${id}`), ...ids.map((id) => `removed ${id}`)]);
  });
}
