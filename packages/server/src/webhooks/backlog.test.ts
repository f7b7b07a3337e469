import { beforeEach, expect, test } from "vitest";
import type { Log } from "../log.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { Backlog, bodyBytes, queueBytes } from "./backlog.ts";

let clock: FakeClock;
let lines: [level: string, members: object][];
let backlog: Backlog;

beforeEach(() => {
  clock = new FakeClock();
  lines = [];
  const line =
    (level: string): Log["info"] =>
    (members) =>
      void lines.push([level, members]);
  const log = { info: line("info"), warn: line("warn"), error: line("error") };
  backlog = new Backlog({ clock, log }, { url: "u" });
});

const eighth = "x".repeat(queueBytes / 8);

function fill(): void {
  for (let i = 0; i < 8; i++) backlog.add(eighth);
}

test("what came first leaves first", () => {
  for (const event of ["a", "b", "c"]) backlog.add(event);
  expect(backlog.oldest(2)).toEqual(["a", "b"]);
  backlog.remove(2);
  expect(backlog.oldest(2)).toEqual(["c"]);
  expect(backlog.size).toBe(1);
});

test("the newest is dropped when it is full, and there is room again when the oldest has left", () => {
  fill();
  backlog.add("late");
  expect(backlog.size).toBe(8);
  backlog.remove(1);
  backlog.add("later");
  backlog.remove(7);
  expect(backlog.oldest(8)).toEqual(["later"]);
});

test("of the oldest so many are given as fit into one body, and one at least", () => {
  for (const event of ["a", "b"]) backlog.add(event.repeat(bodyBytes / 2));
  backlog.add("c".repeat(bodyBytes + 1));
  backlog.add("d");
  const sizes = (): number[] => backlog.oldest(100).map(({ length }) => length);
  expect(sizes()).toEqual([bodyBytes / 2, bodyBytes / 2]);
  backlog.remove(2);
  expect(sizes()).toEqual([bodyBytes + 1]);
  backlog.remove(1);
  expect(sizes()).toEqual([1]);
});

test("bytes are counted, not characters", () => {
  backlog.add("€".repeat(queueBytes / 2));
  expect(backlog.size).toBe(0);
  backlog.add("€".repeat(queueBytes / 4));
  expect(backlog.size).toBe(1);
});

test("that it was full is one line at the beginning and one at the end, with what was dropped", () => {
  fill();
  for (let i = 0; i < 3; i++) backlog.add("late");
  expect(lines).toEqual([["warn", { url: "u" }]]);
  backlog.remove(1);
  backlog.add(eighth);
  backlog.add("late again");
  expect(lines).toHaveLength(1);
  backlog.remove(4);
  expect(lines).toEqual([
    ["warn", { url: "u" }],
    ["info", { url: "u", dropped: 4 }],
  ]);
  backlog.remove(4);
  expect(lines).toHaveLength(2);
});

test("what has waited for too long is removed, the rest stays", () => {
  backlog.add("old");
  clock.pass(1);
  backlog.add("young");
  clock.pass(10);
  expect(backlog.removeOlderThan(11)).toBe(0);
  expect(backlog.removeOlderThan(10)).toBe(1);
  expect(backlog.oldest(2)).toEqual(["young"]);
  clock.pass(1);
  expect(backlog.removeOlderThan(10)).toBe(1);
  expect(backlog.size).toBe(0);
});
