import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll } from "vitest";
import { findBeside } from "../../tools/beside.js";
import { mounted } from "./contract.ts";

const stopping: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stopping.reverse()) await stop();
});

/** Builds the app and starts it, as for production; once, for both of its routers. @returns its origin */
const start = onceOnly(async () => {
  const next = findBeside("next");
  const folder = mkdtempSync(join(dirname(next), "../../../../app-")); // beside its node_modules
  stopping.push(() => rmSync(folder, { recursive: true }));
  cpSync(fileURLToPath(new URL("next", import.meta.url)), folder, { recursive: true });
  cpSync(fileURLToPath(new URL("backend.js", import.meta.url)), join(folder, "backend.js"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const environment = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } as const;
  await promisify(execFile)(process.execPath, [next, "build"], { cwd: folder, env: environment });
  const server = spawn(process.execPath, [next, "start", "--hostname", "127.0.0.1", "--port", "0"], {
    cwd: folder,
    env: environment,
  });
  stopping.push(async () => {
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  });
  for await (const text of server.stdout.setEncoding("utf8")) {
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
    if (origin) return origin;
  }
  throw new Error("Next ended before it was ready");
});

function onceOnly<Value>(make: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

mounted("the app router of Next", start);
mounted("the pages router of Next", async () => `${await start()}/pages`);
