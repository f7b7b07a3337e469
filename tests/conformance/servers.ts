import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type AppInput, createServer, silentLog } from "@usher/server";
import { findBeside } from "../../tools/beside.js";
import { openNetwork } from "../support/network.ts";
import { RedisServer, startRedisCluster } from "../support/redis-server.ts";

/** A channels server with the app app-id / app-key / app-secret, which lets its clients do whatever an app can let them. */
export interface RunningServer {
  readonly port: number;
  /** Whether several answer as one: then a backend stays on one of them, as clients do. */
  readonly several?: boolean;
  close(): Promise<void>;
}

export interface ServerKind {
  readonly title: string;
  /** @param settings of the app, over those that every server here has */
  start(settings?: Partial<AppInput>): Promise<RunningServer>;
}

const app: AppInput = {
  id: "app-id",
  key: "app-key",
  secret: "app-secret",
  clientEvents: true,
  subscriptionCount: true,
};

function inProcess(transport: "uws" | "node"): ServerKind {
  return {
    title: `the ${transport} transport`,
    async start(settings) {
      const server = createServer({ port: 0, transport, apps: [{ ...app, ...settings }] }, { log: silentLog });
      const { port } = await server.listen();
      return { port, close: () => server.close() };
    },
  };
}

const usher = fileURLToPath(new URL("../../packages/server/bin/usher.js", import.meta.url));

/** One line of the log of the usher command. */
interface LogLine {
  readonly msg: string;
  readonly port?: number;
  readonly transport?: string;
  readonly reason?: string;
}

/** The usher command under a Node, as an operator runs it. */
export async function startCommand(
  node: string,
  ...args: string[]
): Promise<RunningServer & { log: readonly LogLine[] }> {
  const child = spawn(node, [usher, "start", "--port", "0", ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const log: LogLine[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    log.push(JSON.parse(line) as LogLine);
    const port = log.at(-1)?.port;
    if (port !== undefined) {
      const exited = once(child, "exit");
      return {
        port,
        log,
        async close() {
          child.kill("SIGTERM");
          await exited;
        },
      };
    }
  }
  throw new Error(`usher start ended before it listened: ${JSON.stringify(log)}`);
}

/** The usher command with a configuration file, which it reads once. */
async function startConfigured(
  node: string,
  settings: Partial<AppInput> = {},
  ...args: readonly string[]
): Promise<RunningServer> {
  const folder = mkdtempSync(join(tmpdir(), "usher-conformance-"));
  const file = join(folder, "usher.json");
  writeFileSync(file, JSON.stringify({ apps: [{ ...app, ...settings }] }));
  try {
    return await startCommand(node, "--config", file, ...args);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The Node on which the binary of uWebSockets.js may not load. */
export function otherNode(): string {
  return findBeside("node-24");
}

/** Several nodes or workers that answer as one: connections go to one after the other. */
export const clusterKinds: readonly ServerKind[] = [
  { title: "two nodes on a redis", start: (settings) => startNodes(() => RedisServer.start(), settings) },
  { title: "two nodes on a redis cluster", start: (settings) => startNodes(startRedisCluster, settings) },
  { title: "two workers", start: startWorkers },
];

async function startWorkers(settings?: Partial<AppInput>): Promise<RunningServer> {
  return { ...(await startConfigured(process.execPath, settings, "--workers", "2")), several: true };
}

async function startNodes(
  start: () => Promise<{ readonly url: string; stop(): Promise<void> }>,
  settings: Partial<AppInput> = {},
): Promise<RunningServer> {
  const redis = await start();
  const config = { port: 0, cluster: { redis: redis.url }, apps: [{ ...app, ...settings }] };
  const nodes = [createServer(config, { log: silentLog }), createServer(config, { log: silentLog })] as const;
  const ports = [(await nodes[0].listen()).port, (await nodes[1].listen()).port] as const;
  const network = await openNetwork(...ports);
  return {
    port: network.port,
    several: true,
    async close() {
      await network.close();
      await Promise.all(nodes.map((node) => node.close()));
      await redis.stop();
    },
  };
}

/** In this process, and so the quickest to start. */
export const uwsServer: ServerKind = inProcess("uws");

/** Every server on which the conformance suite must pass. */
export const serverKinds: readonly ServerKind[] = [
  uwsServer,
  inProcess("node"),
  { title: "the usher command on Node 24", start: (settings) => startConfigured(otherNode(), settings) },
];
