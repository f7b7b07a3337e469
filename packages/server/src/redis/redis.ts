import type { Cluster, Redis } from "ioredis";
import { ClusterAway } from "../away.ts";
import type { Clock } from "../clock.ts";
import type { RedisAddress } from "./address.ts";
import type { Script } from "./script.ts";
import type { Store } from "./store.ts";
import { Subscriptions } from "./subscriptions.ts";

/** A store that does not answer within this time, in milliseconds, is away. */
const answerWithin = 2000;

/** A connection on which nothing comes for so long, though something was asked, is dead; milliseconds. */
const deadAfter = 5000;

/** How many commands may wait for their answers: what is more is refused, as if the store were away. */
const mostWaiting = 20_000;

/**
 * Longer scripts are named by their hash once the store knows them. What is sent right after one that it did not know may be run before it
 * is sent again; shorter ones keep their order.
 */
const worthKnowing = 500;

type Client = Redis | Cluster;

/**
 * A Redis 7 or newer, or a Valkey, as a store: one connection for commands, one for topics, each of them opened again for as long as it is
 * wanted. Resolves when they are there, or cannot be had for now.
 */
export async function connectRedis(address: RedisAddress, clock: Clock): Promise<Store> {
  const { Cluster, Redis } = await import("ioredis");
  const create = (): Client => {
    if (address.kind === "cluster") return new Cluster([...address.hosts], clusterOptions(address));
    return new Redis(optionsOf(address));
  };
  const commands = create();
  const listening = address.kind === "cluster" ? commands : create(); // it has connections of its own for topics
  if (address.kind === "cluster") commands.on("+node", connectNow);
  const store = new RedisStore(commands, listening, address.kind === "cluster", clock);
  await Promise.all([commands, listening].map((client) => attempted(client, clock)));
  return store;
}

async function attempted(client: Client, clock: Clock): Promise<void> {
  await new Promise<void>((resolve) => {
    client.once("ready", resolve);
    client.once("error", () => resolve());
    clock.after(answerWithin, resolve); // a cluster that is not formed yet says nothing
  });
  if (client.isCluster) await Promise.allSettled((client as Cluster).nodes("master").map((server) => server.ping()));
}

/** A server that is connected to when it is needed takes the first command, and refuses the next until it is connected. */
function connectNow(server: Redis): void {
  if (server.status === "wait") server.connect().catch(() => {}); // whoever needs it finds out
}

class RedisStore implements Store {
  readonly #commands: Client;
  readonly #listening: Client;
  readonly #subscriptions: Subscriptions;
  #waiting = 0;
  /** Why there is no connection, since there was one. */
  #trouble: Error | undefined;

  constructor(commands: Client, listening: Client, isCluster: boolean, clock: Clock) {
    this.#commands = commands;
    this.#listening = listening;
    this.#subscriptions = new Subscriptions(
      {
        subscribe: (topics) => listening.ssubscribe(...topics),
        unsubscribe: (topics) => listening.sunsubscribe(...topics),
        keepsTopics: isCluster,
      },
      clock,
    );
    for (const client of new Set([commands, listening])) {
      client.on("error", (error: Error) => {
        this.#trouble = causeOf(error);
      });
    }
    commands.on("ready", () => {
      this.#trouble = undefined;
    });
    listening.on("smessage", (topic: string, message: string) => this.#subscriptions.hear(topic, message));
    listening.on("ready", () => void this.#subscriptions.resume());
    if (isCluster)
      for (const event of ["subscribersReady", "+node"]) listening.on(event, () => void this.#subscriptions.resume());
  }

  async run({ text, sha }: Script, key: string, args: readonly (string | number)[]): Promise<unknown> {
    return this.#ask(async () => {
      if (text.length < worthKnowing) return this.#commands.eval(text, 1, key, ...args);
      try {
        return await this.#commands.evalsha(sha, 1, key, ...args);
      } catch (error) {
        if (!isReply(error) || !error.message.startsWith("NOSCRIPT")) throw error;
        return this.#commands.eval(text, 1, key, ...args);
      }
    });
  }

  async publish(topic: string, message: string): Promise<void> {
    await this.#ask(() => this.#commands.spublish(topic, message));
  }

  subscribe(topic: string, listener: (message: string) => void): Promise<void> {
    return this.#subscriptions.add(topic, listener).catch((error: unknown) => {
      throw new ClusterAway(error);
    });
  }

  unsubscribe(topic: string): Promise<void> {
    return this.#subscriptions.remove(topic);
  }

  async checkListening(): Promise<void> {
    try {
      await this.#listening.ping(); // one that is not answered ends the connection, by its socketTimeout
      this.#subscriptions.confirm();
    } catch {
      // it is being opened again
    }
  }

  onResumed(listener: (away: number) => void): void {
    this.#subscriptions.onResumed(listener);
  }

  async close(): Promise<void> {
    this.#subscriptions.close();
    for (const client of new Set([this.#commands, this.#listening])) client.disconnect();
  }

  async #ask<T>(question: () => Promise<T>): Promise<T> {
    if (this.#waiting >= mostWaiting) throw new ClusterAway(`${mostWaiting} commands wait for an answer`);
    this.#waiting++;
    try {
      return await question();
    } catch (error) {
      throw isReply(error) && !isLoss(error) ? error : new ClusterAway(this.#trouble ?? error);
    } finally {
      this.#waiting--;
    }
  }
}

/** A cluster says of itself only that none of its servers can be reached; why not, the last of them says. */
function causeOf(error: Error & { lastNodeError?: Error }): Error {
  return error.lastNodeError ?? error;
}

/** Whether the store itself has said that something is wrong; else it could not be asked. */
function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === "ReplyError";
}

/** What a store says that cannot serve for now: it reads its data, it is no master any more, its cluster has lost a part. */
function isLoss({ message }: Error): boolean {
  return /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|OOM) /.test(message);
}

function optionsOf({ kind, hosts, tls, username, password, database, master }: RedisAddress) {
  const [first] = hosts;
  const shared = { ...connectionOptions, ...credentials({ username, password }), ...(tls && { tls: {} }) };
  if (kind !== "sentinel") return { ...shared, ...first, db: database };
  return { ...shared, sentinels: [...hosts], name: master ?? "", ...(tls && { enableTLSForSentinelMode: true }) };
}

function clusterOptions({ tls, username, password }: RedisAddress) {
  return {
    shardedSubscribers: true,
    enableOfflineQueue: false,
    slotsRefreshTimeout: answerWithin,
    clusterRetryStrategy: pauseBefore,
    // What fails is told at once: sent again later, it would come after what was sent meanwhile.
    retryDelayOnClusterDown: 0,
    retryDelayOnFailover: 0,
    redisOptions: { ...connectionOptions, ...credentials({ username, password }), ...(tls && { tls: {} }) },
  };
}

const connectionOptions = {
  commandTimeout: answerWithin,
  socketTimeout: deadAfter, // of a connection on which something was asked
  connectTimeout: answerWithin,
  enableOfflineQueue: false, // what cannot be sent now is told so now
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  retryStrategy: pauseBefore,
} as const;

function credentials({ username, password }: Pick<RedisAddress, "username" | "password">) {
  return { ...(username !== undefined && { username }), ...(password !== undefined && { password }) };
}

/** Before the next attempt to connect; milliseconds. */
function pauseBefore(attempt: number): number {
  return Math.min(50 * 2 ** attempt, 1000);
}
