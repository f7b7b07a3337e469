import type { Digests } from "@usher/credentials";
import type { AppStore } from "./apps/store.ts";
import type { Broker } from "./broker/broker.ts";
import type { Cache } from "./cache/cache.ts";
import type { Claims } from "./claims.ts";
import type { Clock } from "./clock.ts";
import type { Counts } from "./counts.ts";
import type { Hub } from "./hub/hub.ts";
import type { Rates } from "./limits.ts";
import type { Log } from "./log.ts";
import type { Refusals } from "./refusals.ts";
import type { Roster } from "./roster/roster.ts";
import type { Newcomers } from "./socket/newcomers.ts";
import type { Watching } from "./watching.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";

/**
 * Whether the server takes new connections: not before it has joined its cluster, and not once it has begun to stop. While it is degraded
 * it does, and cannot reach the other nodes.
 */
export type Readiness = "joining" | "ready" | "degraded" | "stopping";

/** Everything a running server is made of. Functions ask for the parts they need: `Pick<Core, "hub" | "roster">`. */
export interface Core {
  readonly apps: AppStore;
  readonly hub: Hub;
  readonly broker: Broker;
  readonly roster: Roster;
  readonly cache: Cache;
  readonly claims: Claims;
  readonly watching: Watching;
  readonly counts: Counts;
  readonly webhooks: Webhooks;
  readonly rates: Rates;
  readonly newcomers: Newcomers;
  readonly refusals: Refusals;
  readonly digests: Digests;
  readonly clock: Clock;
  readonly log: Log;
  readonly readiness: () => Readiness;
  /** How many nodes share the work, this one included. */
  readonly nodes: () => number;
  /** Lets work go on that nobody waits for; if it fails, the log says so. */
  background(work: Promise<unknown>): void;
}
