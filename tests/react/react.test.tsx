import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { Usher as Backend, createHandlers } from "@usher/app-server";
import { toExpress } from "@usher/app-server/express";
import { Usher } from "@usher/client";
import { UsherProvider, useConnection, usePresence, useUser, useUsher } from "@usher/client/react";
import { createServer, silentLog } from "@usher/server";
import express from "express";
import type { Browser, Page } from "playwright-core";
import { renderToString } from "react-dom/server";
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { bundle } from "../support/bundle.ts";
import { openBrowser } from "../support/chromium.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** A React app, the backend of which takes the cookie's word for who is calling. */
async function serveApp(): Promise<{ backend: Backend; open(user?: string): Promise<Page> }> {
  const apps = [{ id: "app-id", key: "app-key", secret: "app-secret" }];
  const server = createServer({ port: 0, apps }, { log: silentLog });
  const { port } = await server.listen();
  const backend = new Backend({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port });
  const { userAuth, channelAuth } = createHandlers({
    usher: backend,
    getAuth: async (request) => ({ userId: /user=(\w+)/.exec(request.headers.get("cookie") ?? "")?.[1] ?? null }),
    user: () => ({ watchlist: ["bob"] }),
    authorize: () => ({}),
  });
  const script = await bundle(fileURLToPath(new URL("app-main.tsx", import.meta.url)), { __PORT__: String(port) });
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
    .get("/app.js", (_, response) => void response.type("js").send(script))
    .listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(async () => {
    http.closeAllConnections();
    http.close();
    await server.close();
  });
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
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

const says = (page: Page, text: string): Promise<void> => page.getByText(text, { exact: true }).waitFor();

test("components tell who is signed in, who is there, and what was sent to the user", async () => {
  const { backend, open } = await serveApp();
  const ann = await open("ann");
  await says(ann, "connection connected");
  await says(ann, "user signed_out");
  await says(ann, "lobby ann as ann");
  await ann.getByText("sign in").click();
  await says(ann, "user ann");
  await says(ann, "bob is away");
  await backend.sendToUser("ann", "greeting", { text: "hello" });
  await says(ann, "greeting hello");
  const bob = await open("bob");
  await says(ann, "lobby ann,bob as ann");
  await bob.getByText("sign in").click();
  await says(ann, "bob is there");
  await ann.getByText("sign out").click();
  await says(ann, "user signed_out");
  await says(ann, "lobby ann,bob as ann");
});

test("a refused sign-in is told", async () => {
  const { open } = await serveApp();
  const page = await open();
  await page.getByText("sign in").click();
  await says(page, "user failed (403)");
});

test("components share one subscription, which ends with the last of them, in strict mode too", async () => {
  const { backend, open } = await serveApp();
  const page = await open("ann");
  const isOccupied = async (): Promise<boolean> =>
    ((await (await backend.get({ path: "/channels/news" })).json()) as { occupied: boolean }).occupied;
  await says(page, "one heard 0");
  await says(page, "two heard 0");
  await backend.trigger("news", "headline", { n: 1 });
  await says(page, "one heard 1");
  await says(page, "two heard 1");
  await page.getByText("fewer").click();
  await backend.trigger("news", "headline", { n: 2 });
  await says(page, "one heard 3"); // it was subscribed all the time, once
  await page.getByText("fewer").click();
  await vi.waitFor(async () => expect(await isOccupied()).toBe(false));
});

function Looks(): string {
  const { state } = useUser();
  const { subscribed, members } = usePresence("presence-lobby");
  return `${useConnection()} ${state} ${subscribed} ${members.size}`;
}

function Lost(): string {
  return useUsher().key;
}

test("on a server components are rendered as for nobody, and nothing is subscribed", () => {
  const usher = new Usher("app-key", { wsHost: "127.0.0.1", forceTLS: false });
  usher.disconnect();
  expect(
    renderToString(
      <UsherProvider client={usher}>
        <Looks />
      </UsherProvider>,
    ),
  ).toBe("initialized signed_out false 0");
  expect(usher.allChannels()).toEqual([]);
});

test("without a provider a component says what it lacks", () => {
  expect(() => renderToString(<Lost />)).toThrow("Put <UsherProvider client={…}> around");
});
