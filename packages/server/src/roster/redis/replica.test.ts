import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Key } from "../../key.ts";
import type { Change } from "../roster.ts";
import { type Applied, parseTold, type Snapshot, StoreReplica, type Told } from "./replica.ts";

const channel: Key = { kind: "channel", app: "a", channel: "presence-room" };

function snapshot(version: number, members: Record<string, string> = {}, rest: Partial<Snapshot> = {}): Snapshot {
  const held = Object.keys(members).length > 0;
  return { epoch: "1", settles: 0, version, asOf: version, held, members: new Map(Object.entries(members)), ...rest };
}

function told(before: number, version: number, kind: Told["kind"], userId: string, rest: Partial<Told> = {}): Told {
  return { epoch: "1", before, version, kind, userId, info: undefined, late: false, ...rest };
}

const said = (applied: Applied): unknown =>
  typeof applied === "string"
    ? applied
    : applied.map(({ key, kind }: Change) => `${kind} ${"userId" in key ? key.userId : key.kind}`);

describe("a copy", () => {
  test("announces nothing of what it had first, and every change that follows it", () => {
    const replica = new StoreReplica(channel);
    expect(said(replica.reset(snapshot(5, { ann: "1" })))).toEqual([]);
    expect(said(replica.apply(told(5, 7, "added", "bob")))).toEqual(["added bob"]);
    expect(said(replica.apply(told(7, 8, "info", "bob", { info: "2" })))).toEqual(["info bob"]);
    expect(said(replica.apply(told(8, 9, "removed", "ann")))).toEqual(["removed ann"]);
    expect([...replica.members]).toEqual([["bob", "2"]]);
  });

  test("knows what was in it already, though another key of the bucket has changed since", () => {
    const replica = new StoreReplica(channel);
    replica.reset(snapshot(5, { ann: "1" }, { asOf: 9 }));
    expect(replica.apply(told(3, 5, "added", "ann"))).toBe("known");
    expect(said(replica.apply(told(5, 10, "added", "bob")))).toEqual(["added bob"]);
  });

  test.each([
    ["a change between was missed", told(6, 8, "added", "bob")],
    ["all went and somebody came, and the going was missed", told(0, 8, "added", "bob")],
    ["the store has begun anew", told(5, 8, "added", "bob", { epoch: "2" })],
  ])("notices a gap: %s", (_, change) => {
    const replica = new StoreReplica(channel);
    expect(replica.apply(change)).toBe("gap");
    replica.reset(snapshot(5, { ann: "1" }));
    expect(replica.apply(change)).toBe("gap");
    expect([...replica.members.keys()]).toEqual(["ann"]);
  });

  test("of a key that nobody holds takes up whoever comes first, since the store keeps no version of it", () => {
    const replica = new StoreReplica(channel);
    replica.reset(snapshot(0));
    expect(said(replica.apply(told(0, 8, "added", "bob")))).toEqual(["added bob"]);
    expect(said(replica.apply(told(8, 9, "removed", "bob")))).toEqual(["removed bob"]);
    expect(said(replica.apply(told(0, 12, "added", "cleo")))).toEqual(["added cleo"]);
  });

  test("that is read again announces only what is different", () => {
    const replica = new StoreReplica(channel);
    replica.reset(snapshot(5, { ann: "1", bob: "1", cleo: "1" }));
    expect(said(replica.reset(snapshot(9, { ann: "1", bob: "2", dan: "1" })))).toEqual([
      "removed cleo",
      "info bob",
      "added dan",
    ]);
    expect(said(replica.reset(snapshot(9, { ann: "1", bob: "2", dan: "1" })))).toEqual([]);
  });

  test("believes no going in a new epoch until it is read once more", () => {
    const replica = new StoreReplica(channel);
    replica.reset(snapshot(5, { ann: "1", bob: "1" }));
    expect(said(replica.reset(snapshot(0, {}, { epoch: "" })))).toEqual([]);
    expect(said(replica.reset(snapshot(1, { cleo: "1" }, { epoch: "2", settles: 500 })))).toEqual(["added cleo"]);
    expect(said(replica.apply(told(1, 2, "added", "ann", { epoch: "2", info: "1" })))).toEqual([]);
    expect(said(replica.apply(told(2, 3, "removed", "cleo", { epoch: "2" })))).toEqual([]);
    expect([...replica.members.keys()].sort()).toEqual(["ann", "bob", "cleo"]);
    expect(said(replica.reset(snapshot(3, { ann: "1" }, { epoch: "2" })))).toEqual(["removed bob", "removed cleo"]);
  });
});

test("whatever is lost of a stream, a copy that is read again at each gap ends as the store is, and tells each change once", () => {
  const acts = fc.array(
    fc.record({ user: fc.constantFrom("ann", "bob", "cleo"), comes: fc.boolean(), lost: fc.boolean() }),
  );
  fc.assert(
    fc.property(acts, (stream) => {
      const store = new Map<string, string>();
      const seen = new Set<string>();
      const replica = new StoreReplica(channel);
      const hear = (changes: readonly Change[]): void => {
        for (const { key, kind } of changes) {
          const { userId } = key as Extract<Key, { kind: "member" }>;
          expect(seen.has(userId)).toBe(kind === "removed");
          if (kind === "added") seen.add(userId);
          else seen.delete(userId);
        }
      };
      const now = (version: number): Snapshot => ({
        ...snapshot(store.size > 0 ? version : 0, Object.fromEntries(store)),
        asOf: version,
        held: false,
      });
      replica.reset(now(0));
      let [version, last] = [0, 0];
      for (const { user, comes, lost } of stream) {
        if (store.has(user) === comes) continue;
        if (comes) store.set(user, "1");
        else store.delete(user);
        const change = told(last, ++version, comes ? "added" : "removed", user, { info: comes ? "1" : undefined });
        last = store.size > 0 ? version : 0;
        if (lost) continue;
        const applied = replica.apply(change);
        if (applied === "gap") hear(replica.reset(now(version)));
        else if (applied !== "known") hear(applied);
      }
      hear(replica.reset(now(version)));
      expect([...seen].sort()).toEqual([...store.keys()].sort());
    }),
  );
});

test.each([
  ["7 0 3 + m\nann\n{}", { epoch: "7", before: 0, version: 3, kind: "added", userId: "ann", info: "{}", late: false }],
  [
    "7 3 4 i m\na b\n[1,\n2]",
    { epoch: "7", before: 3, version: 4, kind: "info", userId: "a b", info: "[1,\n2]", late: false },
  ],
  [
    "7 4 5 - m\nann\nlate",
    { epoch: "7", before: 4, version: 5, kind: "removed", userId: "ann", info: undefined, late: true },
  ],
  [
    "7 4 5 - u\n\n",
    { epoch: "7", before: 4, version: 5, kind: "removed", userId: undefined, info: undefined, late: false },
  ],
])("%j is read as it was written", (message, change) => {
  expect(parseTold(message)).toEqual(change);
});
