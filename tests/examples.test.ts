import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createTcpServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer, silentLog } from "@usher/server";
import { describe, expect, onTestFinished, test } from "vitest";
import { bundle } from "./support/bundle.ts";
import { openBrowser } from "./support/chromium.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = join(root, "docs/examples");
const example = (name: string): string => readFileSync(join(folder, name), "utf8");

describe("documents", () => {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.md"], {
    cwd: root,
    encoding: "utf8",
  });
  const documents = files.trim().split("\n");
  const examples = readdirSync(folder).map(example);

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

/** The backend's example in a process and a folder of its own, with ports of its own in the place of those that it names. */
async function startBackend(channelsPort: number, page: string): Promise<string> {
  const port = await freePort();
  const home = join(root, "tests/.examples", String(port));
  mkdirSync(join(home, "public"), { recursive: true });
  writeFileSync(join(home, "public/index.html"), page);
  const code = example("backend.js").replaceAll("6001", String(channelsPort)).replaceAll("3000", String(port));
  writeFileSync(join(home, "backend.mjs"), code);
  const child = spawn(process.execPath, ["backend.mjs"], { cwd: home, stdio: ["ignore", "inherit", "inherit"] });
  onTestFinished(async () => {
    child.kill();
    await once(child, "exit");
    rmSync(home, { recursive: true });
  });
  const origin = `http://127.0.0.1:${port}`;
  while (!(await fetch(origin).then(Boolean, () => false))); // until it listens
  return origin;
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address ? address.port : 0;
}
