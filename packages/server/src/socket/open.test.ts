import { expect, test } from "vitest";
import { createStaticStore } from "../apps/static-store.ts";
import { parseConfig } from "../config/config.ts";
import { Hub } from "../hub/hub.ts";
import { open } from "./open.ts";

test("a hundred thousand socket ids do not repeat", () => {
  const hub = new Hub({ attach() {}, detach() {}, publish() {} });
  const apps = createStaticStore(parseConfig({}).apps);
  const ids = new Set<string | undefined>();
  for (let index = 0; index < 100_000; index++) {
    ids.add(open({ apps, hub }, { send() {}, end() {} }, { path: "/app/app-key", query: "" })?.id);
  }
  expect(ids.size).toBe(100_000);
});
