import type { Digests } from "@usher/credentials";
import type { AppStore } from "./apps/store.ts";
import type { Broker } from "./broker/broker.ts";
import type { Clock } from "./clock.ts";
import type { Hub } from "./hub/hub.ts";
import type { Log } from "./log.ts";
import type { Roster } from "./roster/roster.ts";

/** Everything a running server is made of. Functions ask for the parts they need: `Pick<Core, "hub" | "roster">`. */
export interface Core {
  readonly apps: AppStore;
  readonly hub: Hub;
  readonly broker: Broker;
  readonly roster: Roster;
  readonly digests: Digests;
  readonly clock: Clock;
  readonly log: Log;
  /** Lets work go on that nobody waits for; if it fails, the log says so. */
  background(work: Promise<unknown>): void;
}
