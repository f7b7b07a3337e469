import { describe, expect, test } from "vitest";
import type { Key } from "../key.ts";
import { MemoryRoster } from "./memory.ts";
import { rosterContract } from "./roster.contract.ts";

describe("the memory roster", () => {
  rosterContract(async () => ({ roster: new MemoryRoster("n"), node: "n" }));

  test("announces before the call returns, so that a node that is alone awaits nothing", () => {
    const roster = new MemoryRoster("n");
    const heard: string[] = [];
    roster.changes(({ kind }) => heard.push(kind));
    const key: Key = { kind: "user", app: "a", userId: "ann" };
    void roster.hold(key);
    expect(heard).toEqual(["added"]);
  });
});
