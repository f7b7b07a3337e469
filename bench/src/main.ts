import { compileGenerator } from "./generator.ts";
import { bare, canPin, type Peer, Running, usher } from "./peer.ts";
import { type Measurement, type Scenario, scenarios } from "./scenarios.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const only = process.argv[2] ?? "";

/** Each peer on a fresh server, in turn: what the machine does meanwhile falls on all. */
async function compare(scenario: Scenario): Promise<void> {
  const peers = [usher, bare, ...(scenario.beside ?? [])];
  const measured = new Map<Peer, Measurement[]>(peers.map((peer) => [peer, []]));
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`  ${scenario.title}: round ${round} of ${rounds}\r`);
    for (const peer of peers) measured.get(peer)?.push(await once(peer, scenario));
  }
  process.stderr.write("\x1b[K");
  const yardstick = measured.get(bare) ?? [];
  process.stdout.write(`${scenario.title} (${scenario.unit}), goal ${scenario.goal.toFixed(2)}\n`);
  for (const [peer, measurements] of measured) {
    const ratios = measurements.map(({ cost }, round) => cost / (yardstick[round]?.cost ?? Number.NaN));
    const verdict = median(ratios) <= scenario.goal ? "met" : "MISSED";
    const ratio = peer === bare ? "" : `${spread(ratios)} of bare${peer === usher ? `: ${verdict}` : ""}`;
    process.stdout.write(
      `  ${peer.name.padEnd(8)} ${costs(measurements)}  ${ratio.padEnd(38)} ${busy(measurements)}`.trimEnd(),
    );
    process.stdout.write("\n");
  }
  process.stdout.write("\n");
}

async function once(peer: Peer, scenario: Scenario): Promise<Measurement> {
  const server = await Running.start(peer);
  try {
    return await scenario.measure(peer, server);
  } finally {
    await server.stop();
  }
}

function costs(measurements: readonly Measurement[]): string {
  return spread(measurements.map(({ cost }) => cost));
}

/** How busy the two cores were; a generator that has none of its own left may be what is measured. */
function busy(measurements: readonly Measurement[]): string {
  const shares = measurements.flatMap((measurement) => measurement.busy ?? []);
  if (shares.length === 0) return "";
  const server = median(shares.map((share) => share.server));
  const generator = median(shares.map((share) => share.generator));
  return `server ${percent(server)} busy, generator ${percent(generator)}${generator > 0.9 ? " (OVER 90 %)" : ""}`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle)] ?? Number.NaN)) / 2;
}

function spread(values: readonly number[]): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)].map((value) =>
    value.toFixed(2),
  );
  return `${middle} [${least}-${most}]`.padEnd(22);
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

if (process.platform !== "linux") throw new Error("The benchmark reads /proc and loads with epoll: it needs Linux");
if (!canPin)
  process.stderr.write("taskset is missing: server and generator share their cores, figures are worth less\n");
compileGenerator();
for (const scenario of scenarios) {
  if (scenario.title.includes(only)) await compare(scenario);
}
