import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseConfig } from "./config.ts";

const documents = new URL("../../../../docs/", import.meta.url);

/** The first two columns of every row of the tables of a document: the setting, and its default as it is written there. */
function settingsIn(document: string): Map<string, string> {
  const text = readFileSync(new URL(document, documents), "utf8");
  const rows = text.matchAll(/^\| `([a-zA-Z_.]+)`(?:, `[^|]*`)? *\| ([^|]*?) *\|/gm);
  return new Map(Array.from(rows, ([, name = "", value = ""]) => [name, value.replaceAll("`", "")]));
}

/** Every setting by its path, with its default. */
function leavesOf(value: object, path = ""): [string, unknown][] {
  return Object.entries(value).flatMap(([name, inner]): [string, unknown][] =>
    typeof inner === "object" && !Array.isArray(inner) ? leavesOf(inner, `${path}${name}.`) : [[path + name, inner]],
  );
}

const said = (value: unknown): string => (typeof value === "string" && value === "" ? '""' : String(value));

test("every setting of the server and of an app is in docs/configuration.md, with the default that the code has", () => {
  const documented = settingsIn("configuration.md");
  const { apps, ...server } = parseConfig({ apps: [{ id: "a", key: "k", secret: "s" }] });
  const { id, keys, webhooks, ...app } = apps[0] ?? {};
  expect([id, keys, webhooks]).toEqual(["a", [{ key: "k", secret: "s" }], []]);
  const inCode = new Map([...leavesOf(server), ...leavesOf(app)].map(([name, value]) => [name, said(value)]));
  for (const name of ["apps", "id", "key", "keys", "webhooks"]) expect(documented.delete(name)).toBe(true);
  expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(inCode));
});

test("every setting of a webhook is in docs/webhooks.md, with the default that the code has", () => {
  const documented = settingsIn("webhooks.md");
  const [app] = parseConfig({
    apps: [{ id: "a", key: "k", secret: "s", webhooks: [{ url: "https://a.example" }] }],
  }).apps;
  const { url, events = [], headers, ...rest } = app?.webhooks[0] ?? {};
  expect([url, headers]).toEqual(["https://a.example", {}]);
  const expected = {
    url: "required",
    events: "all",
    headers: "{}",
    ...Object.fromEntries(leavesOf(rest).map(([name, value]) => [name, said(value)])),
  };
  for (const event of events) expect(documented.delete(event)).toBe(true);
  expect(Object.fromEntries(documented)).toEqual(expected);
});
