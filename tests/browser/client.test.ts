import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Usher as Backend, createHandlers } from "@usher/app-server";
import { toExpress } from "@usher/app-server/express";
import { createServer, silentLog } from "@usher/server";
import express from "express";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { bundle } from "../support/bundle.ts";
import { openBrowser } from "../support/chromium.ts";
import { serveHttp } from "../support/serve-http.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
const html = (script: string): string => `<!doctype html><title>client</title><script type="module">${script}</script>`;

/** An app whose page and worker run the client; the user is whoever the cookie names. */
async function serveApp(): Promise<{ origin: string; backend: Backend }> {
  const server = createServer({ port: 0 }, { log: silentLog });
  const { port } = await server.listen();
  onTestFinished(() => server.close());
  const backend = new Backend({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port });
  const { userAuth, channelAuth } = createHandlers({
    usher: backend,
    getAuth: async (request) => ({ userId: /user=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? null }),
    authorize: ({ auth }) => ({ user_info: { name: auth.userId.toUpperCase() } }),
  });
  const script = (file: string): Promise<string> => bundle(here(file), { __PORT__: String(port) });
  const [page, worker, plain, service] = await Promise.all([
    script("page-main.ts"),
    script("worker-main.ts"),
    script("script-main.ts"),
    script("service-worker-main.ts"),
  ]);
  const pusher = readFileSync(fileURLToPath(import.meta.resolve("@usher/client/dist/web/pusher.min.js")));
  const http = express()
    .post("/pusher/user-auth", toExpress(userAuth))
    .post("/pusher/auth", toExpress(channelAuth))
    .get("/page", (_, response) => void response.send(html(page)))
    .get("/worker", (_, response) => {
      response.send(html(`new Worker("/worker.js", { type: "module" }).onmessage = ({ data }) => heard(data);`));
    })
    .get("/page-without-a-bundler", (_, response) => {
      response.send(`<!doctype html><script src="/pusher.min.js"></script><script>(() => {${plain}})();</script>`);
    })
    .get("/pusher.min.js", (_, response) => void response.type("js").send(pusher))
    .get("/service-worker", (_, response) => {
      response.send(
        html(`navigator.serviceWorker.onmessage = ({ data }) => heard(data);
          await navigator.serviceWorker.register("/service-worker.js", { type: "module" });
          (await navigator.serviceWorker.ready).active.postMessage("listening");`),
      );
    })
    .get("/service-worker.js", (_, response) => void response.type("js").send(service))
    .get("/worker.js", (_, response) => void response.type("js").send(worker));
  return { origin: await serveHttp(http), backend };
}

/** Opens a page as the user; what it hears comes word by word. */
async function visit(url: string, user?: string): Promise<() => Promise<string>> {
  const context = await browser.newContext();
  onTestFinished(() => context.close());
  if (user !== undefined) await context.addCookies([{ name: "user", value: user, url }]);
  const page = await context.newPage();
  const heard: string[] = [];
  let wake = (): void => {};
  await page.exposeFunction("heard", (word: string) => {
    heard.push(word);
    wake();
  });
  await page.goto(url);
  return async () => {
    while (heard.length === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return heard.shift() as string;
  };
}

test.each(["page", "page-without-a-bundler", "worker", "service-worker"])(
  "in a %s of Chromium, the client signs in, hears its user and is ended",
  async (place) => {
    const { origin, backend } = await serveApp();
    const next = await visit(`${origin}/${place}`, "ann");
    expect([await next(), await next()].sort()).toEqual(["one of 1 as ANN", "signed in as ann"]);
    await backend.sendToUser("ann", "hello", { text: "there" });
    expect(await next()).toBe("hello there");
    await backend.terminateUserConnections("ann");
    expect([await next(), await next()]).toEqual(["error 4009", "disconnected"]);
  },
);

test.each(["page", "worker"])("in a %s of Chromium, a refused sign-in is told", async (place) => {
  const { origin } = await serveApp();
  const next = await visit(`${origin}/${place}`);
  expect(await next()).toMatch(/^refused: .*403/);
});
