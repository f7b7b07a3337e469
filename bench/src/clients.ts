import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { onCore } from "./peer.ts";
import { channels, events } from "./wires.ts";

/**
 * What clients cost those who load them: ours beside pusher-js, centrifuge and phoenix. Each is bundled for browsers, and runs in a fresh
 * process over a socket that costs nothing, in turn: what is left is the client's own.
 */

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const flood = Number(process.env["BENCH_EVENTS"] ?? 500_000);

interface Library {
  readonly name: string;
  /** What an app imports. */
  readonly code: string;
}

const libraries: readonly Library[] = [
  { name: "@usher/client", code: 'export { Usher as Client } from "@usher/client";' },
  // Its build for workers: that for pages wants a page.
  { name: "pusher-js", code: 'export { default as Client } from "pusher-js/worker";' },
  { name: "centrifuge", code: 'export { Centrifuge as Client } from "centrifuge";' },
  { name: "phoenix", code: 'export { Socket as Client } from "phoenix";' },
];

/** What one process says of itself. */
interface Measured {
  /** Milliseconds from construction until it is known who this is. */
  readonly signedIn: number;
  /** Kilobytes of heap for all channels and listeners. */
  readonly memory: number;
  /** Microseconds of CPU for an event that was received, and told to its listener. */
  readonly cpu: number;
}

async function bundle({ code }: Library): Promise<Uint8Array> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    platform: "browser",
    target: "es2022",
    format: "esm",
    write: false,
    logLevel: "error",
  });
  return outputFiles[0]?.contents ?? new Uint8Array();
}

function measure({ name }: Library, file: string): Measured {
  const script = fileURLToPath(new URL("./client-run.js", import.meta.url));
  const command = onCore(0, [process.execPath, "--expose-gc", script, name, file, String(flood)]);
  return JSON.parse(execFileSync(command[0] ?? "", command.slice(1), { encoding: "utf8" })) as Measured;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const folder = mkdtempSync(join(tmpdir(), "usher-bench-"));
const bundles = new Map<Library, { file: string; size: number }>();
for (const library of libraries) {
  const code = await bundle(library);
  const file = join(folder, `${bundles.size}.mjs`);
  writeFileSync(file, code);
  bundles.set(library, { file, size: gzipSync(code, { level: 9 }).length / 1000 });
}
const all = new Map<Library, Measured[]>(libraries.map((library) => [library, []]));
for (let round = 1; round <= rounds; round++) {
  process.stderr.write(`  clients: round ${round} of ${rounds}\r`);
  for (const library of libraries) all.get(library)?.push(measure(library, bundles.get(library)?.file ?? ""));
}
rmSync(folder, { recursive: true });
process.stderr.write("\x1b[K");
process.stdout.write(
  `${channels} channels, ${channels * events} listeners, ${flood} events; medians of ${rounds} rounds\n\n| client | bundle, KB gzip | signed in, ms | heap, KB | CPU per event, µs | events decoded per second |\n| --- | --- | --- | --- | --- | --- |\n`,
);
for (const [library, measured] of all) {
  const [signedIn, memory, cpu] = (["signedIn", "memory", "cpu"] as const).map((what) =>
    median(measured.map((one) => one[what])),
  ) as [number, number, number];
  const size = bundles.get(library)?.size.toFixed(1);
  const cells = [size, signedIn.toFixed(1), memory.toFixed(0), cpu.toFixed(2), (1e6 / cpu).toFixed(0)];
  process.stdout.write(`| ${library.name} | ${cells.join(" | ")} |\n`);
}
const [ours = [], theirs = []] = [...all.values()];
const ratios = ours.map(({ cpu }, round) => cpu / (theirs[round]?.cpu ?? Number.NaN));
process.stdout.write(
  `\nCPU per event of @usher/client beside pusher-js, round by round: ${median(ratios).toFixed(2)}; goal 0.50\n`,
);
