import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findBeside } from "../../tools/beside.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const newest = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));

test.each([
  ["5.6", findBeside("typescript-5.6")],
  ["7.0", newest],
])(
  "apps that are compiled by TypeScript %s get the types that they should",
  { timeout: 60_000 },
  (version, compiler) => {
    const run = (...args: string[]) => spawnSync(process.execPath, [compiler, ...args], { encoding: "utf8" });
    expect(run("--version").stdout).toContain(`Version ${version}`);
    for (const app of [here, `${here}registered`]) {
      const { stdout, status } = run("-p", app);
      expect(stdout).toBe("");
      expect(status).toBe(0);
    }
  },
);

test("apps in CommonJS get the types that they should", { timeout: 60_000 }, () => {
  const { stdout, status } = spawnSync(process.execPath, [newest, "-p", `${here}require`], { encoding: "utf8" });
  expect(stdout).toBe("");
  expect(status).toBe(0);
});
