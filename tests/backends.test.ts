import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Usher as Backend } from "@usher/app-server";
import { Usher } from "@usher/client";
import { createServer, silentLog } from "@usher/server";
import { expect, onTestFinished, test, vi } from "vitest";
import { findBeside } from "../tools/beside.js";
import { bundle } from "./support/bundle.ts";
import { freePort } from "./support/free-port.ts";

/** The examples of docs/backends, each mounted at a port of its own beside a server that tells it what happens. */
test.each<[string, (ports: Ports) => Promise<() => string>]>([
  ["express.js", inProcess],
  ["fastify.js", inProcess],
  ["hono.js", inProcess],
  ["node-http.js", inProcess],
  ["edge.js", inWorkerd],
])("the example %s signs a user in, lets them into their channel, and hears of it", async (name, start) => {
  const port = await freePort();
  const webhooks = [{ url: `http://127.0.0.1:${port}/webhooks` }];
  const server = createServer(
    { port: 0, apps: [{ id: "app-id", key: "app-key", secret: "app-secret", webhooks }] },
    { log: silentLog },
  );
  onTestFinished(() => server.close());
  const { port: channels } = await server.listen();
  const said = await start({ name, port, channels });

  const headers = { cookie: "session-of=ann" };
  const client = new Usher("app-key", {
    wsHost: "127.0.0.1",
    wsPort: channels,
    forceTLS: false,
    userAuthentication: { endpoint: `http://127.0.0.1:${port}/pusher/user-auth`, headers },
    channelAuthorization: { endpoint: `http://127.0.0.1:${port}/pusher/auth`, headers },
  });
  onTestFinished(() => client.disconnect());
  expect(await client.signin({ timeout: 5000 })).toMatchObject({ id: "ann" });
  const [own, others] = [client.subscribe("private-orders-of-ann"), client.subscribe("private-orders-of-bob")];
  await Promise.all([
    new Promise((resolve) => void own.bind("pusher:subscription_succeeded", resolve)),
    new Promise((resolve) => void others.bind("pusher:subscription_error", resolve)),
  ]);
  await expect.poll(said, { timeout: 5000 }).toContain("channel_occupied private-orders-of-ann");
});

test("the example of signing by hand signs as the library does, and the server takes its request", async () => {
  const server = createServer({ port: 0 }, { log: silentLog });
  onTestFinished(() => server.close());
  const { port } = await server.listen();
  const home = fileURLToPath(new URL(`.examples/${port}`, import.meta.url));
  mkdirSync(home, { recursive: true });
  onTestFinished(() => rmSync(home, { recursive: true }));
  const file = join(home, "by-hand.mjs");
  writeFileSync(file, read("by-hand.js").replace("6001", String(port)));
  const byHand = await import(file);

  const library = new Backend({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port });
  expect(byHand.userAuth("1.1", { id: "ann" })).toEqual(library.authenticateUser("1.1", { id: "ann" }));
  expect(byHand.channelAuth("1.1", "private-a", undefined)).toEqual(library.authorizeChannel("1.1", "private-a"));
  const member = { user_id: "ann" };
  expect(byHand.channelAuth("1.1", "presence-a", member)).toEqual(
    library.authorizeChannel("1.1", "presence-a", member),
  );
  const body = JSON.stringify({ name: "headline", data: "{}", channels: ["news"] });
  expect((await byHand.request("/apps/app-id/events", body)).status).toBe(200);
});

test("the example of identity for a page logs somebody in, and signs them in", async () => {
  const server = createServer({ port: 0 }, { log: silentLog });
  onTestFinished(() => server.close());
  const { port: channels } = await server.listen();
  const port = await freePort();
  await inProcess({ name: "identity.js", port, channels });
  const origin = `http://127.0.0.1:${port}`;
  const headers = { "content-type": "application/json" };
  const ann = { email: "ann@example.com", password: "correct horse" };
  await fetch(`${origin}/auth/signup`, { method: "POST", headers, body: JSON.stringify(ann) });

  // What a page has, and Node has not.
  const kept = new Map<string, string>();
  const { fetch: real } = globalThis;
  vi.stubGlobal("fetch", (path: string, init: RequestInit) => real(new URL(path, origin), init));
  vi.stubGlobal("localStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
  });
  onTestFinished(() => void vi.unstubAllGlobals());
  const home = fileURLToPath(new URL(`.examples/page-${port}`, import.meta.url));
  mkdirSync(home, { recursive: true });
  onTestFinished(() => rmSync(home, { recursive: true }));
  writeFileSync(join(home, "page.mjs"), read("identity-page.js").replace("6001", String(channels)));
  const { logIn } = await import(join(home, "page.mjs"));
  await expect(logIn(ann.email, "wrong horse")).rejects.toThrow("Nobody has this name");
  expect(await logIn(ann.email, ann.password)).toMatchObject({ id: expect.any(String) });
  expect([...kept.keys()]).toEqual(["usher-session"]);
});

test("what the example for Next mounts signs in whom the cookie names", async () => {
  const { userAuth } = await import(fileURLToPath(new URL("../docs/examples/next/usher.js", import.meta.url)));
  const ask = (headers: Record<string, string>): Promise<Response> =>
    userAuth(
      new Request("http://app.test/", { method: "POST", headers, body: new URLSearchParams({ socket_id: "1.1" }) }),
    );
  expect((await ask({})).status).toBe(403);
  expect(await (await ask({ cookie: "session-of=ann" })).json()).toMatchObject({ user_data: '{"id":"ann"}' });
});

test("the example of identity signs somebody up, in, and out again, and their connections with them", async () => {
  const server = createServer({ port: 0 }, { log: silentLog });
  onTestFinished(() => server.close());
  const { port: channels } = await server.listen();
  const port = await freePort();
  await inProcess({ name: "identity.js", port, channels });
  const origin = `http://127.0.0.1:${port}`;
  const post = (path: string, body: object, headers: object = {}): Promise<Response> =>
    fetch(origin + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const ann = { email: "ann@example.com", password: "correct horse" };
  expect((await post("/auth/signup", ann)).status).toBe(200);
  const { authToken } = (await (await post("/auth/login", ann)).json()) as { authToken: string };
  const headers = { authorization: `Bearer ${authToken}` };
  const client = new Usher("app-key", {
    wsHost: "127.0.0.1",
    wsPort: channels,
    forceTLS: false,
    userAuthentication: { endpoint: `${origin}/pusher/user-auth`, headers },
  });
  onTestFinished(() => client.disconnect());
  const me = (await (await fetch(`${origin}/auth/me`, { headers })).json()) as { id: string };
  expect(await client.signin({ timeout: 5000 })).toMatchObject({ id: me.id });
  const gone = new Promise((resolve) => void client.connection.bind("disconnected", resolve));
  expect((await post("/auth/logout", {}, headers)).status).toBe(200);
  await gone;
});

interface Ports {
  readonly name: string;
  /** Of the backend. */
  readonly port: number;
  /** Of the server. */
  readonly channels: number;
}

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../docs/examples/${name}`, import.meta.url)), "utf8");

async function inProcess({ name, port, channels }: Ports): Promise<() => string> {
  const home = fileURLToPath(new URL(`.examples/${port}`, import.meta.url));
  mkdirSync(home, { recursive: true });
  const file = join(home, "example.mjs");
  writeFileSync(file, read(name).replace("6001", String(channels)).replaceAll("3000", String(port)));
  const child = spawn(process.execPath, [file], { cwd: home, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(async () => {
    child.kill();
    await once(child, "exit");
    rmSync(home, { recursive: true });
  });
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  while (!(await fetch(`http://127.0.0.1:${port}/`).then(Boolean, () => false)));
  return () => said;
}

async function inWorkerd({ name, port, channels }: Ports): Promise<() => string> {
  const { Miniflare } = await import(findBeside("miniflare"));
  const script = await bundle(fileURLToPath(new URL(`../docs/examples/${name}`, import.meta.url)), {
    6001: String(channels),
  });
  let said = "";
  const handleRuntimeStdio = (stdout: NodeJS.ReadableStream): void => {
    stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  };
  const workers = new Miniflare({ modules: true, script, compatibilityDate: "2024-01-01", port, handleRuntimeStdio });
  onTestFinished(() => workers.dispose());
  await workers.ready;
  return () => said;
}
