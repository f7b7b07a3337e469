import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { createServer, silentLog } from "@usher/server";
import { expect, onTestFinished, test } from "vitest";
import { findNode } from "../tools/setup.js";

const run = promisify(execFile);

/** Signs in by a handler that signs with the secret, and says who it is; run as CommonJS or as a module. */
const script = (port: number): string => `
const digest = (text) => createHmac("sha256", "app-secret").update(text).digest("hex");
const user_data = JSON.stringify({ id: "ann" });
const customHandler = ({ socketId }, callback) =>
  callback(null, { auth: "app-key:" + digest(socketId + "::user::" + user_data), user_data });
const usher = new Usher("app-key", { wsHost: "127.0.0.1", wsPort: ${port}, forceTLS: false, userAuthentication: { customHandler } });
usher.signin({ timeout: 5000 }).then(({ id }) => {
  console.log(id + " on " + process.version);
  usher.disconnect();
});`;

const imports = {
  module: 'import { createHmac } from "node:crypto"; import Usher from "@usher/client";',
  commonjs: 'const { createHmac } = require("node:crypto"); const Usher = require("@usher/client");',
} as const;

test.each([
  ["this one", () => process.execPath, process.version],
  ["Node 22", () => findNode(22), "v22."],
  ["Node 24", () => findNode(24), "v24."],
])("on %s the client signs in, imported or required, and lets the process end", async (_, find, version) => {
  const node = find();
  if (!node) throw new Error("this Node is not here: npm test installs it");
  const server = createServer({ port: 0 }, { log: silentLog });
  onTestFinished(() => server.close());
  const { port } = await server.listen();
  for (const kind of ["module", "commonjs"] as const) {
    const args = [`--input-type=${kind}`, "--eval", imports[kind] + script(port)];
    const { stdout, stderr } = await run(node, args);
    expect(stdout, stderr).toContain(`ann on ${version}`);
  }
});
