import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { calmLeaseSeconds, leaseSeconds, Nodes } from "./nodes.ts";
import { isCalm, sequenceOf, trial } from "./trial.ts";

/** Between them they hold every action and every failure: see `npm run test:cluster` for how one is seen again. */
const seeds = [2, 5, 6, 8, 9, 11, 12, 13, 15, 30, 21, 22, 23, 24, 53, 28, 34, 37, 40, 45];
const calm = seeds.filter(isCalm);
const stormy = seeds.filter((seed) => !isCalm(seed));

test("the seeds have every action and every failure", () => {
  const groups = seeds.flatMap(sequenceOf);
  const done = new Set(
    groups.flatMap(({ actions, afterwards }) => [...actions, ...afterwards].map((action) => action.do)),
  );
  const all = ["close", "enter", "flicker", "leave", "open", "publish", "reenter", "signin", "tell", "terminate"];
  expect([...done].sort()).toEqual(all);
  const failed = new Set(groups.map(({ failure }) => failure?.fails ?? "nothing"));
  expect([...failed].sort()).toEqual(["kill", "lines cut", "nothing", "pause", "store lost", "store silent"]);
});

/** Clusters side by side: their runs wait more than they work. */
const clusters = [
  { what: "no node is taken for dead", lease: calmLeaseSeconds, own: calm },
  ...[0, 1, 2].map((lane) => ({
    what: `something fails, ${lane + 1} of 3`,
    lease: leaseSeconds,
    own: stormy.filter((_, at) => at % 3 === lane),
  })),
];

describe.concurrent.each(clusters)("a cluster in which $what", ({ own, lease }) => {
  let nodes: Nodes;
  beforeAll(async () => {
    nodes = await Nodes.start(own.length, lease);
  }, 60_000);
  afterAll(() => nodes.close());

  for (const seed of own)
    test.sequential(`three nodes are what the model says, with the seed ${seed}`, () => trial(nodes, seed), 60_000);
});
