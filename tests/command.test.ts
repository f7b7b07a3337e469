import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startCommand } from "./conformance/servers.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
/** Where npm puts the command. */
const usher = join(root, "node_modules/.bin/usher");

/** Runs the command to its end. */
async function run(args: string[], environment: Record<string, string> = {}) {
  const child = spawn(usher, args, {
    env: { PATH: process.env["PATH"], ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { out, error, code };
}

function file(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), "usher-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "usher.json");
  writeFileSync(path, content);
  return path;
}

test("npm puts the usher command at the root, and it can be run", () => {
  expect(statSync(usher).mode & 0o111).not.toBe(0);
});

test.each(["SIGINT", "SIGTERM"] as const)("usher start serves until %s, and ends with 0", async (signal) => {
  const child = spawn(usher, ["start", "--port", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  const { port, msg } = JSON.parse(line.toString()) as { port: number; msg: string };
  expect(msg).toBe(`usher serves on http://127.0.0.1:${port}`);
  expect((await fetch(`http://127.0.0.1:${port}/ready`)).status).toBe(200);
  child.kill(signal);
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("usher start takes its settings from flags, environment and file", async () => {
  const config = file('{"transport":"uws","apps":[{"id":"shop","key":"shop-key","secret":"s"}]}');
  const server = await startCommand(process.execPath, "--config", config, "--transport", "node");
  onTestFinished(() => server.close());
  expect(server.log.at(-1)).toMatchObject({ transport: "node" });
  expect((await fetch(`http://127.0.0.1:${server.port}/apps/shop/channels`)).status).toBe(401);
  expect((await fetch(`http://127.0.0.1:${server.port}/apps/app-id/channels`)).status).toBe(404);
});

test("a port that is taken is said in one line", async () => {
  const server = await startCommand(process.execPath);
  onTestFinished(() => server.close());
  const { code, error } = await run(["start", "--port", String(server.port)]);
  expect({ code, error }).toEqual({ code: 1, error: `usher: Port ${server.port} on 127.0.0.1 is in use\n` });
});

test.each<[string, string[], Record<string, string>, RegExp]>([
  ["an unknown command", ["strat"], {}, /^usher: unknown command "strat"/],
  ["an unknown flag", ["start", "--prot", "1"], {}, /^usher: Unknown option '--prot'\n$/],
  [
    "a port that is none",
    ["start", "--port", "six"],
    {},
    /^usher: port: must be a number from 0 to 65535, not "six"\n$/,
  ],
  ["a transport that is none", ["start"], { USHER_TRANSPORT: "tcp" }, /^usher: transport: .*\n$/],
  ["half an app", ["start"], { USHER_APP_KEY: "k" }, /^usher: USHER_APP_ID: is missing.*\n$/],
  [
    "an address for all without apps",
    ["start", "--host", "0.0.0.0"],
    {},
    /^usher: apps: must hold at least one app.*\n$/,
  ],
  [
    "a file that is not there",
    ["start", "--config", "/nowhere.json"],
    {},
    /^usher: \/nowhere\.json: there is no such file\n$/,
  ],
])("%s stops the start with one line", async (_, args, environment, line) => {
  const { code, error, out } = await run(args, environment);
  expect(error).toMatch(line);
  expect({ code, out }).toEqual({ code: 1, out: "" });
});

test("a bad configuration file stops the start with one line that names the field", async () => {
  const config = file('{"apps":[{"id":"shop","key":"k","secret":"s","limits":{"eventbytes":1}}]}');
  const { code, error } = await run(["start"], { USHER_CONFIG: config });
  expect(code).toBe(1);
  expect(error).toBe('usher: apps[0].limits: unknown setting "eventbytes"; did you mean "eventBytes"?\n');
});

test("usher --version tells the version of the package", async () => {
  const { version } = JSON.parse(readFileSync(join(root, "packages/server/package.json"), "utf8")) as {
    version: string;
  };
  expect(await run(["--version"])).toEqual({ code: 0, out: `${version}\n`, error: "" });
});

test("usher alone shows what can be said, and has failed", async () => {
  expect(await run([])).toEqual({ code: 1, out: "", error: expect.stringContaining("usher start [options]") });
});

test("an address of IPv6 is printed as a URL has it", async () => {
  const server = await startCommand(process.execPath, "--host", "::1");
  await server.close();
  expect(server.log.at(-1)?.msg).toBe(`usher serves on http://[::1]:${server.port}`);
});

test("usher --help tells of every flag and variable", async () => {
  const { code, out } = await run(["--help"]);
  expect(code).toBe(0);
  for (const word of [
    "--host",
    "--port",
    "--config",
    "--transport",
    "USHER_HOST",
    "USHER_PORT",
    "USHER_CONFIG",
    "USHER_TRANSPORT",
    "USHER_APP_ID",
  ]) {
    expect(out).toContain(word);
  }
});
