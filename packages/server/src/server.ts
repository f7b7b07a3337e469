import { randomUUID } from "node:crypto";
import { answer } from "./api/routes.ts";
import { createStaticStore } from "./apps/static-store.ts";
import { createMemoryBroker } from "./broker/memory.ts";
import { type Clock, systemClock } from "./clock.ts";
import { type ConfigInput, parseConfig } from "./config/config.ts";
import type { Core } from "./core.ts";
import { digests } from "./digests.ts";
import { announce } from "./edges.ts";
import { Hub } from "./hub/hub.ts";
import { createLog, type Log } from "./log.ts";
import { MemoryRoster } from "./roster/memory.ts";
import { watchActivity } from "./socket/activity.ts";
import { close } from "./socket/close.ts";
import { dispatch } from "./socket/dispatch.ts";
import { open } from "./socket/open.ts";
import { chooseTransport } from "./transport/choose.ts";
import type { Inbound, Transport } from "./transport/transport.ts";

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
  const { host, port, transport: wanted, apps } = parseConfig(config);
  const appStore = createStaticStore(apps);
  let started: Promise<Running> | undefined;

  async function start(): Promise<Running> {
    const transport = await chooseTransport(wanted, log);
    const core = createCore(transport, { apps: appStore, clock, log });
    core.roster.changes((change) => announce(core, change));
    const bound = await transport.listen({ host, port }, inboundOf(core));
    const cancel = watchActivity(core);
    return {
      listening: { host, port: bound, transport: transport.name },
      stop: () => shutDown(core, transport, cancel),
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

function createCore(transport: Transport, parts: Pick<Core, "apps" | "clock" | "log">): Core {
  const node = randomUUID();
  return {
    ...parts,
    digests,
    hub: new Hub(transport.fanout),
    broker: createMemoryBroker(node),
    roster: new MemoryRoster(node),
    background(work) {
      work.catch((error: unknown) => parts.log.error({ err: error }, "background work failed"));
    },
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

async function shutDown({ hub, broker, roster }: Core, transport: Transport, cancel: () => void): Promise<void> {
  cancel();
  for (const connection of [...hub.connections()])
    connection.end("reconnect", "The server is shutting down: connect again");
  await transport.close();
  await roster.close();
  await broker.close();
}
