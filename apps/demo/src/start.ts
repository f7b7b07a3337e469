import { createServer as createHttpServer, type Server as HttpServer } from "node:http";
import { fileURLToPath } from "node:url";
import { createServer, type Log, silentLog } from "@usher/server";
import { createBackend } from "./backend.ts";
import { listening, PortError, type Ports, readPorts } from "./ports.ts";

const host = "127.0.0.1";
/** Beside this file, once it is built. */
const page = fileURLToPath(new URL("../web", import.meta.url));
const app = { id: "app-id", key: "app-key", secret: "app-secret" };

/**
 * Starts the channels server and the demo in this process, until SIGINT or SIGTERM. If it cannot, it says why in one line, stops what
 * it had started, and leaves 1 as the exit code.
 */
export async function start(): Promise<void> {
  try {
    const ports = readPorts(process.env);
    const stop = await run(ports);
    const onSignal = (): void => {
      process.off("SIGINT", onSignal).off("SIGTERM", onSignal); // a second one ends the process at once
      stop().catch(fail);
    };
    process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
    say(ports); // last: whoever waits for it may send a signal at once
  } catch (error) {
    fail(error);
  }
}

/** @returns what stops it again */
async function run(ports: Ports): Promise<() => Promise<void>> {
  const channels = createServer({ host, port: ports.channels, apps: [app] }, { log: warnings });
  await listening(channels.listen(), ports.channels, "USHER_PORT");
  const { id: appId, key, secret } = app;
  const backend = createBackend({ channels: { host, port: ports.channels, appId, key, secret }, page });
  const demo = createHttpServer(backend);
  try {
    await listening(listen(demo, ports.demo), ports.demo, "DEMO_PORT");
  } catch (error) {
    await channels.close();
    throw error;
  }
  return async () => {
    await close(demo);
    await channels.close();
  };
}

function listen(server: HttpServer, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive: true }, resolve);
  });
}

function close(server: HttpServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections(); // browsers keep theirs open
  });
}

function say(ports: Ports): void {
  console.log(`
  Channels server  ws://${host}:${ports.channels}
  Demo             http://${host}:${ports.demo}

  Open the demo in two browsers and sign in as two people. Ctrl-C stops both.
`);
}

function fail(error: unknown): void {
  console.error(error instanceof PortError ? error.message : error);
  process.exitCode = 1;
}

const warnings: Log = {
  ...silentLog,
  warn: (_members, sentence) => console.error(sentence),
  error: (members, sentence) => console.error(sentence, members),
};
