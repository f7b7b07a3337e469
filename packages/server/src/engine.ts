import { randomUUID } from "node:crypto";
import type { App } from "./apps/app.ts";
import type { Broker } from "./broker/broker.ts";
import { IpcBroker } from "./broker/ipc.ts";
import { createMemoryBroker } from "./broker/memory.ts";
import { RedisBroker } from "./broker/redis.ts";
import type { Cache } from "./cache/cache.ts";
import { IpcCache } from "./cache/ipc.ts";
import { MemoryCache } from "./cache/memory.ts";
import { RedisCache } from "./cache/redis.ts";
import type { Cancel, Clock } from "./clock.ts";
import type { Link } from "./ipc/link.ts";
import type { NodeId } from "./key.ts";
import type { Log } from "./log.ts";
import { parseRedisAddress, type RedisAddress } from "./redis/address.ts";
import { Membership } from "./redis/membership.ts";
import { connectRedis } from "./redis/redis.ts";
import type { ClusterSettings } from "./redis/settings.ts";
import { IpcRoster } from "./roster/ipc.ts";
import { MemoryRoster } from "./roster/memory.ts";
import { RedisRoster } from "./roster/redis/redis.ts";
import type { Roster } from "./roster/roster.ts";
import { createIpcWebhooks } from "./webhooks/ipc.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";

/** What makes one of many nodes, or of one node its own cluster: everything that is shared with others, or would be. */
export interface Engine {
  readonly broker: Broker;
  readonly roster: Roster;
  readonly cache: Cache;
  /** Where others tell the backends; else this node does. */
  readonly webhooks?: Webhooks;
  /** Whether this node is in its cluster: still to join, a member, or a member that cannot reach the others. */
  standing(): "joining" | "joined" | "away";
  /** How many nodes share the work. */
  nodes(): number;
  /** Whether there are others that go on when this one stops. */
  hasOthers(): boolean;
  /** Lets go what is over, until it is cancelled. */
  watch(): Cancel;
  /** Ends what it was made of, after roster and broker were closed. */
  close(): Promise<void>;
}

/** What an engine needs of the server. */
export interface EngineNeeds {
  readonly apps: readonly App[];
  /** Processes that share the port. */
  readonly workers: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long somebody may be away before a backend is told; milliseconds. */
const grace = 3000;

/** The engine that the settings ask for. It never is another one, whatever can be reached. */
export function createEngine(cluster: ClusterSettings, needs: EngineNeeds): Promise<Engine> {
  return cluster.redis === "" ? createMemoryEngine(needs) : createRedisEngine(cluster, needs);
}

async function createMemoryEngine({ clock }: EngineNeeds): Promise<Engine> {
  const node = randomUUID();
  const cache = new MemoryCache(clock);
  return {
    broker: createMemoryBroker(node),
    roster: new MemoryRoster(node),
    cache,
    standing: () => "joined",
    nodes: () => 1,
    hasOthers: () => false,
    watch: () => cache.watch(),
    async close() {},
  };
}

/** The engine of a worker, which its parent shares out. @param node the worker's name */
export async function createIpcEngine(node: NodeId, link: Link, { clock, workers }: EngineNeeds): Promise<Engine> {
  return {
    broker: new IpcBroker(node, link),
    roster: new IpcRoster(link),
    cache: new IpcCache(link, clock),
    webhooks: createIpcWebhooks(link),
    standing: () => "joined",
    nodes: () => workers,
    hasOthers: () => false, // all of them stop together
    watch: () => () => {},
    async close() {},
  };
}

async function createRedisEngine(settings: ClusterSettings, { apps, clock, log }: EngineNeeds): Promise<Engine> {
  const { name, leaseSeconds } = settings;
  const address = parseRedisAddress(settings.redis) as RedisAddress; // the configuration was checked
  const cluster = address.database === 0 ? name : `${name}/${address.database}`; // topics know no databases
  const store = await connectRedis(address, clock);
  const membership = new Membership({ store, clock, log, cluster, lease: leaseSeconds * 1000 });
  const shared = { store, membership, clock, log, cluster };
  const known = apps.map(({ id, webhooks }) => ({ id, hears: webhooks.length > 0 }));
  return {
    broker: new RedisBroker(shared),
    roster: new RedisRoster({ ...shared, apps: known, grace }),
    cache: new RedisCache(shared),
    standing: () => membership.standing,
    nodes: () => membership.live,
    hasOthers: () => membership.standing === "joined" && membership.live > 1,
    watch: () => () => {},
    close: () => store.close(),
  };
}
