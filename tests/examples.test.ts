import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Usher as UsherBackend } from "@usher/app-server";
import { Usher } from "@usher/client";
import { createServer, silentLog } from "@usher/server";
import { describe, expect, onTestFinished, test } from "vitest";
import { bundle } from "./support/bundle.ts";
import { openBrowser } from "./support/chromium.ts";
import { freePort } from "./support/free-port.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "docs/examples");
const example = (name: string): string => readFileSync(join(folder, name), "utf8");

describe("documents", () => {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: root,
    encoding: "utf8",
  });
  const documents = files.trim().split("\n");
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const examples = names.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"));

  test.each(documents)("%s shows only code that the tests run", (document) => {
    const text = readFileSync(join(root, document), "utf8");
    const blocks = Array.from(
      text.matchAll(/^```(?:js|ts|tsx|javascript|typescript)\n([\s\S]*?)^```$/gm),
      ([, block]) => block,
    );
    for (const block of blocks) expect(examples).toContain(block);
  });

  test.each(documents)("%s links to files that are there", (document) => {
    const text = readFileSync(join(root, document), "utf8");
    const links = Array.from(text.matchAll(/\]\((?!https?:|#)([^)#]+)/g), ([, link = ""]) => link);
    const missing = links.filter((link) => {
      try {
        readFileSync(join(root, document, "..", link));
        return false;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code !== "EISDIR";
      }
    });
    expect(missing).toEqual([]);
  });
});

test.each([
  ["server.js", [/^\{.*\}\n|^/, /serving on 127\.0\.0\.1:\d+ over (uws|node)/]],
  ["credentials.js", [/undefined\napp-key\n/]],
  ["protocol.js", [/kind: 'private'/, /undefined/, /"pusher:pong"/, /"pusher:error"/]],
])("the example %s runs and says what it promises", (name, said) => {
  const out = execFileSync(process.execPath, [join(folder, name)], { encoding: "utf8" });
  for (const words of said) expect(out).toMatch(words);
});

test("the examples for the browser and the backend sign a user in, greet them, and end their connections", async () => {
  const server = createServer({ port: 0 }, { log: silentLog });
  onTestFinished(() => server.close());
  const { port } = await server.listen();
  const script = await bundle(join(folder, "browser.js"), { "6001": String(port) });
  const origin = await startBackend(port, `<!doctype html><body><script type="module">${script}</script>`);

  const browser = await openBrowser();
  onTestFinished(() => browser.close());
  async function visit(user?: string) {
    const context = await browser.newContext();
    if (user !== undefined) await context.addCookies([{ name: "session-of", value: user, url: origin }]);
    const page = await context.newPage();
    await page.goto(`${origin}/`);
    return page;
  }

  const ann = await visit("ann");
  await ann.getByText("signed in as ann").waitFor();
  await ann.getByText("1 in the lobby").waitFor();
  const bob = await visit("bob");
  await bob.getByText("2 in the lobby").waitFor();
  await ann.getByText("bob came in").waitFor();
  await fetch(`${origin}/greet/ann`, { method: "POST" });
  await ann.getByText("Your table is ready").waitFor();
  await fetch(`${origin}/sign-out-everywhere/ann`, { method: "POST" });
  await ann.getByText("signed out everywhere").waitFor();
  const stranger = await visit();
  await stranger.getByText("not signed in (403)").waitFor();
});

test("the example for webhooks hears, signed, who came to which channel", async () => {
  const port = await freePort();
  const app = { id: "app-id", key: "app-key", secret: "app-secret", webhooks: [{ url: `http://127.0.0.1:${port}/` }] };
  const server = createServer({ port: 0, apps: [app] }, { log: silentLog });
  onTestFinished(() => server.close());
  const channels = await server.listen();
  const receiver = startExample("webhooks.js", port, { "3001": String(port) });
  await listens(`http://127.0.0.1:${port}`);

  const client = new Usher("app-key", { wsHost: "127.0.0.1", wsPort: channels.port, forceTLS: false });
  onTestFinished(() => client.disconnect());
  client.subscribe("news");
  const [line] = (await once(receiver.stdout, "data")) as [Buffer];
  expect(line.toString()).toBe("channel_occupied news\n");
});

test("an app that moves from Pusher is told another host, and an event goes from its backend to its client", async () => {
  const server = createServer({ port: 0 }, { log: silentLog });
  onTestFinished(() => server.close());
  const { port } = await server.listen();
  const words = { "6001": String(port) };
  const client = startExample("pusher-client.js", await freePort(), words);
  const backend = new UsherBackend({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port });
  const occupied = async () =>
    ((await (await backend.get({ path: "/channels/news" })).json()) as { occupied: boolean }).occupied;
  while (!(await occupied()));
  startExample("pusher-backend.js", await freePort(), words);
  const [line] = (await once(client.stdout, "data")) as [Buffer];
  expect(line.toString()).toBe("It moved\n");
});

test("the example for signing in gets a new token once the old one has expired, and tells each state on the way", async () => {
  const server = createServer({ port: 0 }, { log: silentLog });
  onTestFinished(() => server.close());
  const { port } = await server.listen();
  const backend = new UsherBackend({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port });
  const endpoint = createHttpServer(async (request, response) => {
    if (request.headers.authorization !== "Bearer fresh") return void response.writeHead(401).end();
    const form = new URLSearchParams(Buffer.concat(await request.toArray()).toString());
    response.end(JSON.stringify(backend.authenticateUser(form.get("socket_id") ?? "", { id: "ann" })));
  }).listen(0, "127.0.0.1");
  await once(endpoint, "listening");
  onTestFinished(() => void endpoint.close());
  const { port: endpointPort } = endpoint.address() as AddressInfo;
  const client = startExample("sign-in.js", await freePort(), { "6001": String(port), "3002": String(endpointPort) });
  expect(
    Buffer.concat(await client.stdout.toArray())
      .toString()
      .trim()
      .split("\n"),
  ).toEqual([
    "signed_out -> authenticating",
    "authenticating -> verifying",
    "verifying -> signed_in",
    "signed in as ann",
    "signed_in -> signed_out",
  ]);
});

test("the example for Laravel Echo hears what its channel is told, by our client", async () => {
  const server = createServer({ port: 0 }, { log: silentLog });
  onTestFinished(() => server.close());
  const { port } = await server.listen();
  const client = startExample("laravel-echo.js", await freePort(), { "6001": String(port) });
  const backend = new UsherBackend({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port });
  const occupied = async () =>
    ((await (await backend.get({ path: "/channels/orders" })).json()) as { occupied: boolean }).occupied;
  while (!(await occupied()));
  await backend.trigger("orders", "paid", { order: 7 });
  const [line] = (await once(client.stdout, "data")) as [Buffer];
  expect(line.toString()).toBe("order 7 is paid\n");
});

/** The backend's example in a process and a folder of its own, with ports of its own in the place of those that it names. */
async function startBackend(channelsPort: number, page: string): Promise<string> {
  const port = await freePort();
  mkdirSync(join(homeOf(port), "public"), { recursive: true });
  writeFileSync(join(homeOf(port), "public/index.html"), page);
  startExample("backend.js", port, { "6001": String(channelsPort), "3000": String(port) });
  return listens(`http://127.0.0.1:${port}`);
}

/** An example in a process and a folder of its own, with other words in the place of some of its own. */
function startExample(name: string, port: number, words: Readonly<Record<string, string>>) {
  const home = homeOf(port);
  mkdirSync(home, { recursive: true });
  const code = Object.entries(words).reduce((text, [word, other]) => text.replaceAll(word, other), example(name));
  writeFileSync(join(home, "example.mjs"), code);
  const child = spawn(process.execPath, ["example.mjs"], { cwd: home, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(async () => {
    child.kill();
    await once(child, "exit");
    rmSync(home, { recursive: true });
  });
  return child;
}

function homeOf(port: number): string {
  return join(root, "tests/.examples", String(port));
}

/** Resolves when somebody listens there. */
async function listens(origin: string): Promise<string> {
  while (!(await fetch(origin).then(Boolean, () => false)));
  return origin;
}
