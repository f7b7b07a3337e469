import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { serveApp } from "../support/app.ts";
import { openBrowser } from "../support/chromium.ts";
import { bundlers } from "./bundlers.ts";

/** An app of pusher-js that has our package in its place, packed and installed as from the registry. */
let app: string;
let browser: Browser;

beforeAll(async () => {
  const cache = fileURLToPath(new URL("../../.cache", import.meta.url));
  mkdirSync(cache, { recursive: true });
  app = mkdtempSync(join(cache, "app-"));
  writeFileSync(join(app, "package.json"), "{}"); // its files may be CommonJS, as those of most apps
  install("client", "pusher-js");
  install("protocol", "@usher/protocol");
  cpSync(new URL("app", import.meta.url), app, { recursive: true });
  browser = await openBrowser();
});
afterAll(async () => {
  rmSync(app, { recursive: true });
  await browser.close();
});

function install(name: string, as: string): void {
  const source = fileURLToPath(new URL(`../../packages/${name}`, import.meta.url));
  const [{ filename }] = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--silent", source], { cwd: app, encoding: "utf8" }),
  );
  const folder = join(app, "node_modules", as);
  mkdirSync(folder, { recursive: true });
  execFileSync("tar", ["-xzf", join(app, filename), "--strip-components=1", "-C", folder]);
}

describe.each(Object.entries(bundlers))("%s", (_, bundle) => {
  test.each(["imported.js", "required.js"])(
    "makes a page's script of an app by which the client is %s",
    { timeout: 60_000 },
    async (file) => {
      const script = await bundle(app, file);
      const { origin, port } = await serveApp((http) => {
        http.get("/", (_, response) => void response.send('<!doctype html><body><script src="app.js"></script>'));
        http.get("/app.js", (_, response) => void response.type("js").send(script));
      });
      const context = await browser.newContext();
      onTestFinished(() => context.close());
      const page = await context.newPage();
      const failed = new Promise<string>((resolve) => void page.on("pageerror", (error) => resolve(String(error))));
      await page.goto(`${origin}/?${port}`);
      const said = page.getByText("ANN");
      expect(await Promise.race([said.textContent(), failed])).toBe("ANN");
    },
  );
});
