import { randomUUID } from "node:crypto";
import { answer } from "./api/routes.ts";
import { createStaticStore } from "./apps/static-store.ts";
import { createMemoryBroker } from "./broker/memory.ts";
import { MemoryCache } from "./cache/memory.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type ConfigInput, parseConfig } from "./config/config.ts";
import type { Core } from "./core.ts";
import { Counts } from "./counts.ts";
import { digests } from "./digests.ts";
import { drain } from "./drain.ts";
import { announce } from "./edges.ts";
import { Hub } from "./hub/hub.ts";
import { Rates } from "./limits.ts";
import { createLog, type Log } from "./log.ts";
import { MemoryRoster } from "./roster/memory.ts";
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
}

export interface Server {
  /**
   * Begins to serve.
   *
   * @throws ListenError with one line that says why it cannot; Error if it was called before
   */
  listen(): Promise<Listening>;
  /** Tells every client to connect again elsewhere, gives back everything, and stops. */
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
  const { host, port, transport: wanted, drainSeconds, apps } = parseConfig(config);
  const appStore = createStaticStore(apps);
  let started: Promise<Running> | undefined;

  async function start(): Promise<Running> {
    const transport = await chooseTransport(wanted, log);
    let serving = true;
    const core = createCore(transport.fanout, { apps: appStore, clock, log, serving: () => serving });
    core.roster.changes((change) => announce(core, change));
    const bound = await transport.listen({ host, port }, inboundOf(core));
    const cancels = [watchActivity(core), core.newcomers.watch()];
    return {
      listening: { host, port: bound, transport: transport.name },
      async stop() {
        serving = false;
        await drain(core, drainSeconds);
        for (const cancel of cancels) cancel();
        await shutDown(core, transport);
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

/** Everything but the transport. @param parts those that are not a node's own, and whatever a test puts in the place of one */
export function createCore(
  fanout: Fanout,
  parts: Pick<Core, "apps" | "clock" | "log" | "serving"> & Partial<Core>,
): Core {
  const { apps, clock, log } = parts;
  const node = randomUUID();
  const hub = new Hub(fanout);
  const webhooks = createWebhooks({ clock, log, hmac: digests.hmac });
  const roster = parts.roster ?? new MemoryRoster(node);
  const background = (work: Promise<unknown>): void => {
    work.catch((error: unknown) => log.error({ err: error }, "background work failed"));
  };
  return {
    hub,
    roster,
    webhooks,
    broker: createMemoryBroker(node),
    cache: new MemoryCache(clock),
    counts: new Counts({ apps, hub, clock, webhooks }),
    watching: new Watching({ roster, clock, background }),
    newcomers: new Newcomers(clock),
    rates: new Rates(clock),
    digests,
    background,
    ...parts,
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

/** Ends what was begun, in the opposite order. */
async function shutDown(core: Core, transport: Transport): Promise<void> {
  await transport.close();
  core.watching.close();
  core.counts.close();
  await core.roster.close();
  await core.broker.close();
  await core.webhooks.close();
}
