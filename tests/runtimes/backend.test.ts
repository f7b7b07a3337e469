import { execFile } from "node:child_process";
import { createHash, createHmac } from "node:crypto";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { Usher as Backend } from "@usher/app-server";
import { Usher } from "@usher/client";
import { expect, onTestFinished, test } from "vitest";
import { findBeside } from "../../tools/beside.js";
import { serveApp } from "../support/app.ts";
import { openWorker } from "./worker.ts";

const run = promisify(execFile);
const credentials = { appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1" };

/** A webhook as the server signs it. */
const body = JSON.stringify({ time_ms: 1, events: [{ name: "channel_occupied", channel: "ą" }] });
const webhook = {
  body,
  headers: {
    "content-type": "application/json",
    "x-pusher-key": "app-key",
    "x-pusher-signature": createHmac("sha256", "app-secret").update(body).digest("hex"),
  },
};

test.each<[string, (port: number) => Promise<string>]>([
  ["Node 20", (port) => inProcess([process.execPath], port)],
  ["Node 24", (port) => inProcess([findBeside("node-24")], port)],
  ["Bun", (port) => inProcess([findBeside("bun")], port)],
  ["Deno", (port) => inProcess([findBeside("deno"), "run", "--quiet", "--allow-all"], port)],
  ["workerd", inWorker],
])("on %s a backend signs, receives webhooks, publishes and asks, as in Node", async (_, work) => {
  const { port } = await serveApp();
  const client = new Usher("app-key", { wsHost: "127.0.0.1", wsPort: port, forceTLS: false });
  onTestFinished(() => client.disconnect());
  const news = client.subscribe("news");
  const headline = new Promise((resolve) => void news.bind("headline", resolve));
  await new Promise((resolve) => void news.bind("pusher:subscription_succeeded", resolve));

  expect(JSON.parse(await work(port))).toEqual({
    signed: new Backend({ ...credentials, port }).authenticateUser("1.1", { id: "ann" }),
    heard: [200, "channel_occupied"],
    published: [200, 200],
    sharedSecret: createHash("sha256").update("private-encrypted-a0123456789abcdef0123456789abcdef").digest("base64"),
    channels: ["news"],
  });
  expect(await headline).toEqual({ text: "ą" });
});

async function inProcess([program = "", ...args]: string[], port: number): Promise<string> {
  const file = fileURLToPath(new URL("backend.mjs", import.meta.url));
  const { stdout, stderr } = await run(program, [...args, file, String(port), JSON.stringify(webhook)]);
  expect(stderr).toBe("");
  return stdout;
}

async function inWorker(port: number): Promise<string> {
  const ask = await openWorker("backend-workerd.js");
  const answer = await ask("http://worker/", { method: "POST", body: JSON.stringify({ port, webhook }) });
  return answer.text();
}
