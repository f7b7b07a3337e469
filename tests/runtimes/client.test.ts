import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { findBeside } from "../../tools/beside.js";
import { serveApp } from "../support/app.ts";
import { openWorker } from "./worker.ts";

const run = promisify(execFile);
const fileOf = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

test.each([
  ["Node 20", () => [process.execPath], "v20."],
  ["Node 22", () => [findBeside("node-22")], "v22."],
  ["Node 24", () => [findBeside("node-24")], "v24."],
  ["Bun", () => [findBeside("bun")], "1."],
  ["Deno", () => [findBeside("deno"), "run", "--quiet", "--allow-all"], "deno 2."],
])("on %s the client signs in, imported or required, and lets the process end", async (_, find, version) => {
  const [program = "", ...args] = find();
  expect((await run(program, ["--version"])).stdout).toMatch(new RegExp(`^${version}`));
  const { origin, port } = await serveApp();
  for (const name of ["imported.mjs", "required.cjs"]) {
    const { stdout, stderr } = await run(program, [...args, fileOf(name), origin, String(port)]);
    expect(stdout, stderr).toBe("ANN");
  }
});

test("on workerd the client signs in", async () => {
  const ask = await openWorker("client-workerd.js");
  const { origin, port } = await serveApp();
  const answer = await ask(`http://worker/?backend=${origin}&port=${port}`);
  expect(await answer.text()).toBe("ANN");
});
