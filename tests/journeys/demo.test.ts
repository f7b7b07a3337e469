import { createServer as createHttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { createServer, silentLog } from "@usher/server";
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { createBackend } from "../../apps/demo/src/backend.ts";
import { openBrowser } from "../support/chromium.ts";

const page = fileURLToPath(new URL("../../apps/demo/dist/web", import.meta.url));
const picture = fileURLToPath(new URL("../../docs/demo.png", import.meta.url));
const iPhone =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

test("a message reaches every device of both people, once", async () => {
  const address = await startDemo();
  const alice = await logIn(address, "Alice");
  const bob = await logIn(address, "Bob");
  const bobsPhone = await logIn(address, "Bob", { userAgent: iPhone });

  await person(bob, "Alice").click();
  await person(bobsPhone, "Alice").click();
  await person(alice, "Bob").click();
  await write(alice, "Bob", "Keep a seat for me?");

  for (const device of [bob, bobsPhone, alice]) await said(device, "Keep a seat for me?").waitFor();
  // What comes after it has come on every device, so a second copy would have come by now.
  await write(bob, "Alice", "Row four, on the aisle.");
  for (const device of [bob, bobsPhone, alice]) {
    await said(device, "Row four, on the aisle.").waitFor();
    expect(await device.getByRole("log").getByRole("listitem").count()).toBe(2);
  }
});

test("messages of somebody else are counted until the conversation is opened", async () => {
  const address = await startDemo();
  const alice = await logIn(address, "Alice");
  const bob = await logIn(address, "Bob");
  await person(bob, "Alice").click();
  await write(bob, "Alice", "Are you there?");
  await write(bob, "Alice", "Hello?");

  await person(alice, "Bob").getByText("2 unread").waitFor();
  await person(alice, "Bob").click();
  await person(alice, "Bob").getByText("unread").waitFor({ state: "hidden" });
  await said(alice, "Hello?").waitFor();
});

test("each device lists all devices of its person, and sees at once which of them are connected", async () => {
  const address = await startDemo();
  const bob = await logIn(address, "Bob");
  const bobsPhone = await logIn(address, "Bob", { userAgent: iPhone });

  for (const each of [bob, bobsPhone]) {
    await device(each, "Chrome on Linux").getByText("connected · since").waitFor();
    await device(each, "Safari on iPhone").getByText("connected · since").waitFor();
    expect(await devices(each).count()).toBe(2);
  }
  await device(bobsPhone, "Safari on iPhone").getByText("this device").waitFor();

  await bobsPhone.close();
  await device(bob, "Safari on iPhone").getByText("not connected").waitFor();
});

test("who signs out everywhere is sent to the login on every device, and leaves for everybody else", async () => {
  const address = await startDemo();
  const alice = await logIn(address, "Alice");
  const bob = await logIn(address, "Bob");
  const bobsPhone = await logIn(address, "Bob", { userAgent: iPhone });
  await person(alice, "Bob").waitFor();

  await bob.getByRole("button", { name: "Sign me out everywhere" }).click();

  for (const each of [bob, bobsPhone]) {
    await each.getByRole("alert").getByText("You were signed out everywhere.").waitFor();
    await each.getByLabel("Who are you?").waitFor();
  }
  await person(alice, "Bob").waitFor({ state: "hidden" });
  await bobsPhone.reload();
  await bobsPhone.getByLabel("Who are you?").waitFor();
});

test("who is disconnected by somebody else reads by whom, and may come back", async () => {
  const address = await startDemo();
  const alice = await logIn(address, "Alice");
  const carol = await logIn(address, "Carol");

  await alice.getByRole("button", { name: "More about Carol" }).click();
  await alice.getByRole("menuitem", { name: "End their connections" }).click();
  await alice.getByRole("dialog").getByRole("button", { name: "End connections" }).click();

  await carol.getByRole("alert").getByText("Alice ended your connections.").waitFor();
  await person(alice, "Carol").waitFor({ state: "hidden" });
  await carol.getByRole("button", { name: "Carol" }).click();
  await person(alice, "Carol").waitFor();
});

test("who logs out on one device stays signed in on the other", async () => {
  const address = await startDemo();
  const bob = await logIn(address, "Bob");
  const bobsPhone = await logIn(address, "Bob", { userAgent: iPhone });
  await device(bob, "Safari on iPhone").waitFor();

  await bobsPhone.getByRole("button", { name: "Log out" }).click();

  await bobsPhone.getByLabel("Who are you?").waitFor();
  await device(bob, "Safari on iPhone").waitFor({ state: "hidden" });
  await bob.getByRole("status").getByText("signed in", { exact: true }).waitFor();
});

if (process.env["UPDATE_SCREENSHOT"]) test("the picture of the README is taken", takePicture);

async function takePicture(): Promise<void> {
  const address = await startDemo();
  const bob = await logIn(address, "Bob");
  const carol = await logIn(address, "Carol");
  await logIn(address, "Dan");
  await logIn(address, "Alice", { userAgent: iPhone });
  const alice = await logIn(address, "Alice");
  await device(alice, "Safari on iPhone").getByText("connected · since").waitFor();
  await person(alice, "Bob").click();
  await person(bob, "Alice").click();
  await person(carol, "Alice").click();

  const dialogue: readonly (readonly [Page, string, string])[] = [
    [bob, "Alice", "Doors are open. Where are you?"],
    [alice, "Bob", "Still on the train, it stopped in the middle of nowhere."],
    [alice, "Bob", "I will be there at ten past seven. Keep a seat for me?"],
    [bob, "Alice", "Already done: row four, on the aisle, next to Carol."],
    [bob, "Alice", "Your ticket is at the desk, just say your name."],
    [alice, "Bob", "You are the best usher in town."],
    [carol, "Alice", "Hurry up, they are dimming the lights!"],
    [bob, "Alice", "So they say. See you in a minute!"],
  ];
  for (const [from, to, text] of dialogue) {
    await write(from, to, text);
    await said(from, text).waitFor();
  }
  await said(alice, "See you in a minute!").waitFor();
  await person(alice, "Carol").getByText("1 unread").waitFor();
  await alice.screenshot({ path: picture, animations: "disabled", caret: "hide" });
}

/** Both servers, until the test is over. */
async function startDemo(): Promise<string> {
  const channels = createServer({ port: 0 }, { log: silentLog });
  const { host, port } = await channels.listen();
  onTestFinished(() => channels.close());
  const app = { host, port, appId: "app-id", key: "app-key", secret: "app-secret" };
  const demo = createHttpServer(createBackend({ channels: app, page }));
  await new Promise<void>((resolve) => demo.listen(0, host, resolve));
  onTestFinished(async () => {
    const closed = new Promise((resolve) => demo.close(resolve));
    demo.closeAllConnections();
    await closed;
  });
  return `http://${host}:${(demo.address() as AddressInfo).port}`;
}

/** A browser of its own, in which somebody logs in; closed with the test. */
async function logIn(address: string, name: string, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB", ...options });
  context.setDefaultTimeout(10_000);
  onTestFinished(() => context.close());
  const tab = await context.newPage();
  await tab.goto(address);
  await tab.getByLabel("Who are you?").fill(name);
  await tab.getByRole("button", { name: "Log in", exact: true }).click();
  await tab.getByRole("status").getByText("signed in", { exact: true }).waitFor();
  await person(tab, name).waitFor();
  return tab;
}

/** Somebody in the list of those who are here. */
function person(tab: Page, name: string): Locator {
  return tab.getByRole("list", { name: "Here now" }).getByRole("button", { name: new RegExp(`^${name}\\b`) });
}

function devices(tab: Page): Locator {
  return tab.getByRole("list", { name: "Your devices" }).getByRole("listitem");
}

function device(tab: Page, name: string): Locator {
  return devices(tab).filter({ hasText: name });
}

function said(tab: Page, text: string): Locator {
  return tab.getByRole("log").getByRole("listitem").filter({ hasText: text });
}

async function write(tab: Page, to: string, text: string): Promise<void> {
  const box = tab.getByLabel(`Message to ${to}`);
  await box.fill(text);
  await box.press("Enter");
}
