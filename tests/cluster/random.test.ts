import { test } from "vitest";
import { calmLeaseSeconds, leaseSeconds, Nodes } from "./nodes.ts";
import { isCalm, shrink, trial } from "./trial.ts";

/** A seed to see again, or none: then fresh ones, for so long. */
const named = process.env["USHER_SEED"];
const shrinks = process.env["USHER_SHRINK"] !== undefined;
const minutes = Number(process.env["USHER_MINUTES"] ?? 2);
/** Clusters side by side. In the first nothing fails. */
const lanes = 4;
/** Runs that share their nodes. */
const atOnce = 8;

/** Has a cluster as long as the work takes. */
async function lend(apps: number, calm: boolean, work: (nodes: Nodes) => Promise<void>): Promise<void> {
  const nodes = await Nodes.start(apps, calm ? calmLeaseSeconds : leaseSeconds);
  try {
    await work(nodes);
  } finally {
    await nodes.close();
  }
}

async function again(seed: number): Promise<void> {
  if (!shrinks) return lend(1, isCalm(seed), (nodes) => trial(nodes, seed));
  await lend(60, isCalm(seed), (nodes) => shrink(nodes, seed, minutes));
}

function freshSeed(calm: boolean): number {
  for (;;) {
    const seed = Math.floor(Math.random() * 2 ** 31);
    if (isCalm(seed) === calm) return seed;
  }
}

async function search(calm: boolean, failures: string[]): Promise<void> {
  const until = performance.now() + minutes * 60_000;
  while (performance.now() < until)
    await lend(atOnce, calm, async (nodes) => {
      for (let run = 0; run < atOnce && performance.now() < until; run++) await trial(nodes, freshSeed(calm));
    }).catch((error: Error) => failures.push(error.message));
}

test(
  "three nodes are what the model says, whatever happens",
  async () => {
    if (named !== undefined) return again(Number(named));
    const failures: string[] = [];
    await Promise.all(Array.from({ length: lanes }, (_, lane) => search(lane === 0, failures)));
    if (failures.length > 0) throw new Error(failures.join("\n\n"));
  },
  minutes * 60_000 + 120_000,
);
