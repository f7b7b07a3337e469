import { expect, onTestFinished, test } from "vitest";
import type { Key } from "../key.ts";
import type { Change, Roster } from "./roster.ts";

const channel: Key = { kind: "channel", app: "a", channel: "presence-room" };
const user: Key = { kind: "user", app: "a", userId: "ann" };
const ann: Key = { kind: "member", app: "a", channel: "presence-room", userId: "ann" };
const bob: Key = { kind: "member", app: "a", channel: "presence-room", userId: "bob" };

/** What every roster must do, seen from one node. Run by the test of each. */
export function rosterContract(create: (node: string) => Promise<Roster>): void {
  async function open(): Promise<{ roster: Roster; heard: string[]; changes: Change[] }> {
    const roster = await create("node-1");
    onTestFinished(() => roster.close());
    const changes: Change[] = [];
    const heard: string[] = [];
    roster.changes((change) => {
      changes.push(change);
      heard.push(`${change.kind} ${change.key.kind}${change.info === undefined ? "" : ` ${change.info}`}`);
    });
    return { roster, heard, changes };
  }

  test("announces a key once when it is first held and once when it is released", async () => {
    const { roster, heard } = await open();
    expect(await roster.hold(channel)).toBe("held");
    expect(await roster.hold(channel)).toBe("held");
    await roster.release(channel);
    await roster.release(channel);
    expect(heard).toEqual(["added channel", "removed channel"]);
  });

  test("announces nothing for the release of what was never held", async () => {
    const { roster, heard } = await open();
    await roster.release(user);
    await roster.release(ann);
    expect(heard).toEqual([]);
  });

  test("names the nodes that hold a key", async () => {
    const { roster } = await open();
    expect(await roster.holders(user)).toEqual([]);
    await roster.hold(user);
    await roster.hold(ann);
    expect(await roster.holders(user)).toEqual(["node-1"]);
    expect(await roster.holders(ann)).toEqual(["node-1"]);
    expect(await roster.holders(bob)).toEqual([]);
    await roster.release(user);
    expect(await roster.holders(user)).toEqual([]);
  });

  test("has one user_info for a member, the newest, and announces a change of it as such", async () => {
    const { roster, heard } = await open();
    await roster.hold(ann, { info: "1" });
    await roster.hold(ann, { info: "1" });
    await roster.hold(ann, { info: "2" });
    expect([...(await roster.members("a", "presence-room"))]).toEqual([["ann", "2"]]);
    expect(heard).toEqual(["added member 1", "info member 2"]);
  });

  test("refuses one member more than the limit, and never one that is present", async () => {
    const { roster, heard } = await open();
    expect(await roster.hold(ann, { limit: 1 })).toBe("held");
    expect(await roster.hold(bob, { limit: 1 })).toBe("full");
    expect(await roster.hold(ann, { limit: 1, info: "new" })).toBe("held");
    expect([...(await roster.members("a", "presence-room")).keys()]).toEqual(["ann"]);
    await roster.release(ann);
    expect(await roster.hold(bob, { limit: 1 })).toBe("held");
    expect(heard).toEqual(["added member", "info member new", "removed member", "added member"]);
  });

  test("keeps a replica that is a snapshot first and every change after it", async () => {
    const { roster } = await open();
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
    const { roster, heard } = await open();
    const replica = await roster.follow(user);
    expect(replica.held).toBe(false);
    await roster.hold(user);
    expect(replica.held).toBe(true);
    await roster.release(user);
    expect([replica.held, heard]).toEqual([false, ["added user", "removed user"]]);
    await roster.hold(user);
    await roster.unfollow(user);
    expect((await roster.follow(user)).held).toBe(true);
  });

  test("counts the changes of a key without a gap, those of a channel's members together", async () => {
    const { roster, changes } = await open();
    const { version: before } = await roster.follow(channel);
    await roster.hold(ann);
    await roster.hold(bob);
    await roster.release(ann);
    expect(changes.map(({ version }) => version - before)).toEqual([1, 2, 3]);
    expect(new Set(changes.map(({ epoch }) => epoch)).size).toBe(1);
  });

  test("applies holds and releases of one key in the order in which they were made", async () => {
    const { roster, heard } = await open();
    await Promise.all([roster.hold(ann), roster.release(ann), roster.hold(ann), roster.release(ann)]);
    expect(heard).toEqual(["added member", "removed member", "added member", "removed member"]);
    expect(await roster.holders(ann)).toEqual([]);
  });

  test("lists the occupied channels of one app by prefix, with the users of presence channels", async () => {
    const { roster } = await open();
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

  test("keeps apps, channels and users of the same name apart", async () => {
    const { roster } = await open();
    await roster.hold({ kind: "user", app: "a", userId: "x" });
    expect(await roster.holders({ kind: "user", app: "b", userId: "x" })).toEqual([]);
    expect(await roster.holders({ kind: "channel", app: "a", channel: "x" })).toEqual([]);
  });

  test("takes any user id as a name, even __proto__", async () => {
    const { roster } = await open();
    await roster.hold({ kind: "member", app: "a", channel: "presence-room", userId: "__proto__" });
    expect([...(await roster.members("a", "presence-room")).keys()]).toEqual(["__proto__"]);
  });
}
