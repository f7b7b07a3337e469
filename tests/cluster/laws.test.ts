import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cp } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { Breach } from "./breach.ts";
import { breaches } from "./laws.ts";
import { calmLeaseSeconds, leaseSeconds, Nodes } from "./nodes.ts";
import { isCalm, trial } from "./trial.ts";

// Whether the model would notice: each law of the cluster is broken in the code of the server, and a seed must turn red.

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A server that breaks the law; beside the workspaces, so that it finds what it imports. @returns its folder */
async function breaking({ edits }: Breach): Promise<string> {
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache", "law-"));
  for (const part of ["bin", "dist", "package.json"])
    await cp(join(root, "packages/server", part), join(folder, part), { recursive: true });
  for (const { file, is, becomes } of edits) {
    const path = join(folder, "dist", file);
    const code = readFileSync(path, "utf8");
    if (code.split(is).length !== 2) throw new Error(`${file} is not as laws.ts says: ${is}`);
    writeFileSync(
      path,
      code.replace(is, () => becomes),
    );
  }
  return folder;
}

/** @returns what the model says of it; nothing if it finds all in order */
async function noticed(usher: string, seed: number): Promise<string | undefined> {
  const nodes = await Nodes.start(1, isCalm(seed) ? calmLeaseSeconds : leaseSeconds, usher);
  try {
    await trial(nodes, seed);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    await nodes.close();
  }
}

describe.concurrent.each(breaches)("$law: a server that $does", (breach) => {
  test("is noticed", { timeout: 120_000 }, async ({ onTestFinished }) => {
    const folder = await breaking(breach);
    onTestFinished(() => rmSync(folder, { recursive: true }));
    let found: string | undefined;
    for (const seed of breach.seeds) found ??= await noticed(join(folder, "bin/usher.js"), seed);
    expect(found ?? `nothing, with the seeds ${breach.seeds}`).toContain("The cluster is not what the model says");
  });
});
