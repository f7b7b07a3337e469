import { createStaticStore } from "../apps/static-store.ts";
import { createMemoryBroker } from "../broker/memory.ts";
import { MemoryCache } from "../cache/memory.ts";
import { type AppInput, parseConfig } from "../config/config.ts";
import type { Core } from "../core.ts";
import { silentLog } from "../log.ts";
import { MemoryRoster } from "../roster/memory.ts";
import { createCore } from "../server.ts";
import type { Fanout } from "../transport/transport.ts";
import { FakeClock } from "./fake-clock.ts";

/** The parts of a server without a transport. @param app what is special about its app, which is otherwise the development app */
export function coreOn(
  fanout: Fanout,
  roster: MemoryRoster = new MemoryRoster("n"),
  app: Partial<AppInput> = {},
): Core {
  const clock = new FakeClock();
  return createCore(fanout, {
    apps: createStaticStore(
      parseConfig({ apps: [{ id: "app-id", key: "app-key", secret: "app-secret", ...app }] }).apps,
    ),
    broker: createMemoryBroker("n"),
    cache: new MemoryCache(clock),
    clock,
    log: silentLog,
    roster,
    nodes: () => 1,
    readiness: () => "ready",
  });
}
