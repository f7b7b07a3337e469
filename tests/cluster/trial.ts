import fc from "fast-check";
import type { Nodes } from "./nodes.ts";
import { run } from "./run.ts";
import { type Group, sequences } from "./sequence.ts";
import { inWords } from "./words.ts";

/** The sequence of a seed: always the same. */
export function sequenceOf(seed: number): Group[] {
  const [groups] = fc.sample(sequences, { seed, numRuns: 1 });
  if (!groups) throw new Error(`no sequence for ${seed}`);
  return groups;
}

/** Whether no node is taken for dead in the sequence of a seed: then its lease may be long, so that nothing is made good when it is over. */
export function isCalm(seed: number): boolean {
  return sequenceOf(seed).every(({ failure }) => !failure || ["lines cut", "store silent"].includes(failure.fails));
}

/** Runs the sequence of a seed. Rejects with all that somebody needs who wants to see it again. */
export async function trial(nodes: Nodes, seed: number): Promise<void> {
  const groups = sequenceOf(seed);
  const faults = await attempt(nodes, groups);
  if (faults.length > 0) throw new Error(report(nodes, seed, groups, faults));
}

/** The same, and then looks for a shorter sequence that goes wrong as well. */
export async function shrink(nodes: Nodes, seed: number, minutes: number): Promise<void> {
  let shortest: { groups: Group[]; faults: string[] } | undefined;
  const property = fc.asyncProperty(sequences, async (groups) => {
    const faults = await attempt(nodes, groups);
    if (faults.length > 0) shortest = { groups, faults };
    return faults.length === 0;
  });
  await fc.check(property, { seed, numRuns: 1, interruptAfterTimeLimit: minutes * 60_000 });
  if (shortest) throw new Error(report(nodes, seed, shortest.groups, shortest.faults));
}

async function attempt(nodes: Nodes, groups: readonly Group[]): Promise<string[]> {
  return run(nodes, groups).catch((error: Error) => [error.stack ?? error.message]);
}

function report(nodes: Nodes, seed: number, groups: readonly Group[], faults: readonly string[]): string {
  const logs = nodes.each.flatMap(({ log }, node) => log.slice(-3).map((line) => `  node ${node} logged ${line}`));
  return [
    `The cluster is not what the model says, with the seed ${seed}:`,
    ...faults.slice(0, 50).map((fault) => `  ${fault}`),
    "The sequence:",
    inWords(groups),
    ...logs,
    `Again: USHER_SEED=${seed} npm run test:cluster (and USHER_SHRINK=1 before it for a shorter sequence)`,
  ].join("\n");
}
