import { fileURLToPath } from "node:url";
import { Usher as Backend, createHandlers } from "@usher/app-server";
import { toExpress } from "@usher/app-server/express";
import { createServer, silentLog } from "@usher/server";
import express from "express";
import type { Browser, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { bundle } from "../support/bundle.ts";
import { serveHttp } from "../support/serve-http.ts";

/** A React app in a browser, and its backend. */
export interface App {
  readonly backend: Backend;
  /** Opens its page as the user. It must say nothing in the console of errors but of refusals. */
  open(user?: string): Promise<Page>;
}

/**
 * Serves an app whose backend takes the cookie's word for who is calling.
 *
 * @param main its file, in this folder
 * @param alias packages that are another one for it
 */
export async function serveApp(
  browser: Browser,
  main: string,
  alias: Readonly<Record<string, string>> = {},
): Promise<App> {
  const apps = [{ id: "app-id", key: "app-key", secret: "app-secret" }];
  const server = createServer({ port: 0, apps }, { log: silentLog });
  const { port } = await server.listen();
  onTestFinished(() => server.close());
  const backend = new Backend({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port });
  const { userAuth, channelAuth } = createHandlers({
    usher: backend,
    getAuth: async (request) => ({ userId: /user=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? null }),
    user: () => ({ watchlist: ["bob"] }),
    authorize: ({ auth }) => ({ user_info: { name: auth.userId } }),
  });
  const entry = fileURLToPath(new URL(main, import.meta.url));
  const script = await bundle(entry, { __PORT__: String(port) }, alias);
  const http = express()
    .post("/pusher/user-auth", toExpress(userAuth))
    .post("/pusher/auth", toExpress(channelAuth))
    .get(
      "/",
      (_, response) =>
        void response.send(
          '<!doctype html><link rel="icon" href="data:,"><body><script type="module" src="/app.js"></script>',
        ),
    )
    .get("/app.js", (_, response) => void response.type("js").send(script));
  const url = await serveHttp(http);
  return {
    backend,
    async open(user) {
      const context = await browser.newContext();
      onTestFinished(() => context.close());
      if (user !== undefined) await context.addCookies([{ name: "user", value: user, url }]);
      const page = await context.newPage();
      const errors: string[] = [];
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("pageerror", (error) => errors.push(String(error)));
      onTestFinished(() => expect(errors.filter((text) => !text.includes("403"))).toEqual([]));
      await page.goto(url);
      return page;
    },
  };
}

/** Resolves when the page says so. */
export const says = (page: Page, text: string): Promise<void> => page.getByText(text, { exact: true }).waitFor();
