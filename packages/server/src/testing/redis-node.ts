import { afterAll, beforeAll, onTestFinished } from "vitest";
import { RedisServer } from "../../../../tests/support/redis-server.ts";
import { systemClock } from "../clock.ts";
import { silentLog } from "../log.ts";
import { parseRedisAddress, type RedisAddress } from "../redis/address.ts";
import { Membership } from "../redis/membership.ts";
import { connectRedis } from "../redis/redis.ts";
import type { Store } from "../redis/store.ts";

/** What the parts of a node on Redis are made of. */
export interface RedisParts {
  readonly store: Store;
  readonly membership: Membership;
  readonly clock: typeof systemClock;
  readonly log: typeof silentLog;
  readonly cluster: string;
}

/**
 * A redis-server for the tests of one file, on which each test has clusters of its own.
 *
 * @param start what is started in its place
 */
export function onRedis<Started extends { readonly url: string; stop(): Promise<void> } = RedisServer>(
  start: () => Promise<Started> = () => RedisServer.start() as unknown as Promise<Started>,
) {
  let server: Started;
  let clusters = 0;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());
  return {
    get server() {
      return server;
    },
    /** The name of a cluster that nobody else is in. */
    cluster: () => `cluster-${++clusters}`,
    /** The one that was named last. */
    current: () => `cluster-${clusters}`,
    /** A node that lives as long as the test. @param lease milliseconds */
    async node(cluster: string, lease = 10_000): Promise<RedisParts> {
      const store = await connectRedis(parseRedisAddress(server.url) as RedisAddress, systemClock);
      onTestFinished(() => store.close());
      const clock = systemClock;
      const membership = new Membership({ store, clock, log: silentLog, cluster, lease });
      return { store, membership, clock, log: silentLog, cluster };
    },
  };
}
