import { Usher } from "@usher/client";
import { UsherProvider, useConnection, usePresence, useUser, useUsher } from "@usher/client/react";
import type { Browser } from "playwright-core";
import { renderToString } from "react-dom/server";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openBrowser } from "../support/chromium.ts";
import { says, serveApp } from "./serve.ts";

let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("components tell who is signed in, who is there, and what was sent to the user", async () => {
  const { backend, open } = await serveApp(browser, "app-main.tsx");
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
  const { open } = await serveApp(browser, "app-main.tsx");
  const page = await open();
  await page.getByText("sign in").click();
  await says(page, "user failed (403)");
});

test("an effect that depends on signIn runs once, whatever comes of it", async () => {
  const { open } = await serveApp(browser, "effect-main.tsx");
  await says(await open(), "failed after 1");
  await says(await open("ann"), "signed_in after 1");
});

test("components share one subscription, which ends with the last of them, in strict mode too", async () => {
  const { backend, open } = await serveApp(browser, "app-main.tsx");
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

test("a channel that different hooks name is kept until the last of them has gone", async () => {
  const { open } = await serveApp(browser, "app-main.tsx");
  const ann = await open("ann");
  await says(ann, "lobby ann as ann");
  await ann.getByText("no waves").click();
  await ann.getByText("waves", { exact: true }).waitFor({ state: "detached" });
  const bob = await open("bob");
  await says(bob, "lobby ann,bob as bob");
  await says(ann, "lobby ann,bob as ann");
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

test.each([
  ["pusher-js itself", {}],
  ["our client under its name", { "pusher-js": "@usher/client" }],
])("the hooks of Laravel Echo work over %s", async (_, alias) => {
  const { backend, open } = await serveApp(browser, "echo-main.jsx", alias);
  const ann = await open("ann");
  await says(ann, "connected");
  await says(ann, "here ann");
  await backend.trigger("orders", "paid", { order: 7 });
  await says(ann, "paid 7");
  await backend.trigger("private-room", "said", { text: "hello" });
  await says(ann, "said hello");
  const bob = await open("bob");
  await says(ann, "here ann,bob");
  await bob.close();
  await says(ann, "here ann");
});
