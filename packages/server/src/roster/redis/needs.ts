import type { Clock } from "../../clock.ts";
import type { Membership } from "../../redis/membership.ts";
import type { Store } from "../../redis/store.ts";

/** An app, as far as a roster must know it. */
interface RosterApp {
  readonly id: string;
  /** Whether its backend is told who comes and goes. */
  readonly hears: boolean;
}

/** What a roster on a store needs. */
export interface Needs {
  readonly store: Store;
  readonly membership: Membership;
  readonly clock: Clock;
  /** The name of the cluster. */
  readonly cluster: string;
  readonly apps: readonly RosterApp[];
  /** How long somebody may be away before a backend is told; milliseconds. */
  readonly grace: number;
}
