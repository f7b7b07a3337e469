import { expect, test } from "vitest";
import { createStaticStore } from "../apps/static-store.ts";
import { parseConfig } from "../config/config.ts";
import type { Readiness } from "../core.ts";
import { Hub } from "../hub/hub.ts";
import { silentLog } from "../log.ts";
import { Refusals } from "../refusals.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { Newcomers } from "./newcomers.ts";
import { open } from "./open.ts";

test("a hundred thousand socket ids do not repeat", () => {
  const clock = new FakeClock();
  const core = {
    apps: createStaticStore(parseConfig({}).apps),
    hub: new Hub({ attach() {}, detach() {}, publish() {} }),
    newcomers: new Newcomers(clock),
    refusals: new Refusals(clock, silentLog),
    readiness: (): Readiness => "ready",
  };
  const ids = new Set<string | undefined>();
  for (let index = 0; index < 100_000; index++) {
    ids.add(open(core, { send() {}, end() {} }, { path: "/app/app-key", query: "" })?.id);
  }
  expect(ids.size).toBe(100_000);
});
