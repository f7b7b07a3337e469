import { answer } from "./api/routes.ts";
import { createStaticStore } from "./apps/static-store.ts";
import { Claims } from "./claims.ts";
import { type Clock, systemClock } from "./clock.ts";
import { ConfigError, type ConfigInput, parseConfig } from "./config/config.ts";
import type { Core } from "./core.ts";
import { Counts } from "./counts.ts";
import { digests } from "./digests.ts";
import { drain } from "./drain.ts";
import { announce, report } from "./edges.ts";
import { createEngine, type Engine, type EngineNeeds } from "./engine.ts";
import { Hub } from "./hub/hub.ts";
import { Rates } from "./limits.ts";
import { createLog, type Log } from "./log.ts";
import { markTime, receiverOf } from "./receive.ts";
import type { ClusterSettings } from "./redis/settings.ts";
import { Refusals } from "./refusals.ts";
import { watchActivity } from "./socket/activity.ts";
import { close } from "./socket/close.ts";
import { dispatch } from "./socket/dispatch.ts";
import { Newcomers } from "./socket/newcomers.ts";
import { open } from "./socket/open.ts";
import { chooseTransport } from "./transport/choose.ts";
import type { Fanout, Inbound, Transport } from "./transport/transport.ts";
import { Watching } from "./watching.ts";
import { createWebhooks } from "./webhooks/webhooks.ts";

/** Where a server listens. */
export interface Listening {
  readonly host: string;
  readonly port: number;
  /** Which engine it runs on. */
  readonly transport: "uws" | "node";
  /** The ids of the apps that it serves. */
  readonly apps: readonly string[];
}

export interface Server {
  /**
   * Begins to serve.
   *
   * @throws ListenError with one line that says why it cannot; Error if it was called before
   */
  listen(): Promise<Listening>;
  /** Tells every client to connect again in a second, gives back everything, and stops. */
  close(): Promise<void>;
}

/** What a program may put in the place of the server's own parts. */
export interface ServerParts {
  readonly clock?: Clock;
  readonly log?: Log;
}

/**
 * A server, not yet listening. Several of them live in one process.
 *
 * @param config as in the configuration file; every setting has a default
 * @throws ConfigError with one line that names the setting
 */
export function createServer(
  config: ConfigInput = {},
  { clock = systemClock, log = createLog() }: ServerParts = {},
): Server {
  if (parseConfig(config).workers > 1) throw new ConfigError("workers: only the usher command runs several processes");
  return createServerWith(config, { clock, log }, { engine: createEngine, sharesPort: false });
}

/** How a process is one of several, or alone. */
interface Company {
  engine(cluster: ClusterSettings, needs: EngineNeeds): Promise<Engine>;
  /** Whether others listen on the same port. */
  readonly sharesPort: boolean;
}

/** The server of one process. */
export function createServerWith(
  config: ConfigInput,
  { clock, log }: Required<ServerParts>,
  { engine: createEngine, sharesPort: shared }: Company,
): Server {
  const { host, port, transport: wanted, drainSeconds, cluster, workers, apps } = parseConfig(config);
  const appStore = createStaticStore(apps);
  let started: Promise<Running> | undefined;

  async function start(): Promise<Running> {
    const transport = await chooseTransport(wanted, log);
    let stopping = false;
    const engine = await createEngine(cluster, { apps, workers, clock, log });
    const core = createCore(transport.fanout, {
      ...engine,
      apps: appStore,
      clock,
      log,
      readiness: () => (stopping ? "stopping" : readinessOf[engine.standing()]),
    });
    core.roster.changes((change) => announce(core, change));
    core.roster.news((news) => report(core, news));
    await core.roster.start();
    await core.broker.start(receiverOf(core));
    const cancels = [
      watchActivity(core),
      core.newcomers.watch(),
      core.refusals.watch(),
      engine.watch(),
      markTime(core),
    ];

    async function stop(): Promise<void> {
      stopping = true;
      await drain(core, drainSeconds, engine.hasOthers() ? "reconnect" : "stopping");
      for (const cancel of cancels) cancel();
      await shutDown(core, transport);
      await engine.close();
    }

    const bound = await transport.listen({ host, port, shared }, inboundOf(core)).catch(async (error: unknown) => {
      await stop();
      throw error;
    });

    let stopped: Promise<void> | undefined;
    return {
      listening: { host, port: bound, transport: transport.name, apps: apps.map(({ id }) => id) },
      stop() {
        stopped ??= stop();
        return stopped;
      },
    };
  }

  return {
    async listen() {
      if (started) throw new Error("This server listens already");
      started = start();
      return (await started).listening;
    },
    async close() {
      const running = await started?.catch(() => undefined); // one that could not listen has nothing to stop
      await running?.stop();
    },
  };
}

/** A server that listens, and what ends it. Ending it twice does nothing. */
interface Running {
  readonly listening: Listening;
  stop(): Promise<void>;
}

const readinessOf = { joining: "joining", joined: "ready", away: "degraded" } as const;

/** What is another for a node that is alone than for one of a cluster, or comes from outside. */
type Parts = Pick<Core, "apps" | "broker" | "cache" | "clock" | "log" | "nodes" | "roster" | "readiness"> &
  Partial<Pick<Core, "webhooks">>;

/** Everything but the transport. */
export function createCore(fanout: Fanout, parts: Parts): Core {
  const { apps, broker, clock, log, roster, nodes } = parts;
  const hub = new Hub(fanout);
  const { webhooks = createWebhooks({ clock, log, hmac: digests.hmac }) } = parts;
  const background = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => log.error({ err: error }, "background work failed"));
  };
  return {
    ...parts,
    hub,
    webhooks,
    claims: new Claims({ broker, roster, clock, log }),
    counts: new Counts({ apps, hub, clock, webhooks, roster, broker, background }),
    watching: new Watching({ roster, clock, background }),
    newcomers: new Newcomers(clock),
    rates: new Rates(clock, nodes),
    refusals: new Refusals(clock, log),
    digests,
    background,
  };
}

function inboundOf(core: Core): Inbound {
  return {
    open: (socket, handshake) => open(core, socket, handshake),
    message: (connection, bytes) => core.background(dispatch(core, connection, bytes)),
    alive(connection) {
      connection.silence = 0;
    },
    close: (connection) => core.background(close(core, connection)),
    request: (request) => answer(core, request),
  };
}

/** Ends what was begun, in the opposite order. What the sockets held is given back first, so that it is told who has gone. */
async function shutDown(core: Core, transport: Transport): Promise<void> {
  for (const connection of [...core.hub.connections()]) await close(core, connection);
  await transport.close();
  core.watching.close();
  core.counts.close();
  core.claims.close();
  await core.webhooks.close();
  await core.roster.close();
  await core.broker.close();
}
