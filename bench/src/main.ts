import { bare, type Peer, pinGenerator, Running, usher } from "./peer.ts";
import { type Scenario, scenarios } from "./scenarios.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const only = process.argv[2];

/** Each peer on a fresh server, in turn: what the machine does meanwhile falls on both. */
async function compare(scenario: Scenario): Promise<void> {
  const pairs: { usher: number; bare: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({ usher: await once(usher, scenario), bare: await once(bare, scenario) });
    process.stderr.write(`  ${scenario.title}: round ${round + 1} of ${rounds}\r`);
  }
  process.stderr.write("\x1b[K");
  const ratio = median(pairs.map((pair) => pair.usher / pair.bare));
  const row = [
    scenario.title.padEnd(66),
    `usher ${spread(pairs.map((pair) => pair.usher))}`,
    `bare ${spread(pairs.map((pair) => pair.bare))}`,
    `ratio ${ratio.toFixed(2)} (goal ${scenario.goal.toFixed(2)}: ${ratio <= scenario.goal ? "met" : "MISSED"})`,
  ];
  process.stdout.write(`${row.join("  ")}  ${scenario.unit}\n`);
}

async function once(peer: Peer, scenario: Scenario): Promise<number> {
  const server = await Running.start(peer);
  try {
    return await scenario.measure(peer, server);
  } finally {
    await server.stop();
  }
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function spread(values: readonly number[]): string {
  return `${median(values).toFixed(2)} [${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)}]`;
}

if (!pinGenerator()) process.stderr.write("taskset is missing: server and generator share their cores, figures are worth less\n");
for (const scenario of scenarios) {
  if (!only || scenario.title.includes(only)) await compare(scenario);
}
process.exit();
