import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll } from "vitest";
import { findBeside } from "../../tools/beside.js";
import { killed } from "../support/killed.ts";
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
  const copy = (from: string, to = "."): void => {
    cpSync(fileURLToPath(new URL(from, import.meta.url)), join(folder, to), { recursive: true });
  };
  copy("../../docs/examples/next");
  copy("next.config.mjs", "next.config.mjs");
  copy("backend.js", "usher.js"); // of which the contract knows what it signs
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const environment = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } as const;
  await promisify(execFile)(process.execPath, [next, "build"], { cwd: folder, env: environment });
  const server = spawn(process.execPath, [next, "start", "--hostname", "127.0.0.1", "--port", "0"], {
    cwd: folder,
    env: environment,
  });
  stopping.push(() => killed(server));
  return new Promise<string>((resolve, reject) => {
    let said = "";
    server.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
      if (origin && said.includes("Ready")) resolve(origin);
    });
    server.once("exit", () => reject(new Error(`Next ended before it was ready: ${said}`)));
  });
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
