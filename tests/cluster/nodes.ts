import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { killed } from "../support/killed.ts";
import { RedisServer } from "../support/redis-server.ts";
import { Backend } from "./backend.ts";

/** After so long a silence a node counts as dead, where nodes fail. */
export const leaseSeconds = 2;
/** The same where none does: what is made good once in a lease is not made good there. */
export const calmLeaseSeconds = 60;
/** After so long a going is told to backends and watchers. */
export const graceSeconds = 3;
/** Members that a presence channel may have. */
export const memberLimit = 3;

const builtUsher = fileURLToPath(new URL("../../packages/server/bin/usher.js", import.meta.url));
const transports = ["uws", "node", "uws"] as const;

/** An `usher start` of its own, which can die, stand still, and come back. */
class NodeProcess {
  port = 0;
  /** What it said of what went wrong. */
  readonly log: string[] = [];
  readonly #usher: string;
  readonly #config: string;
  #process: ChildProcess | undefined;

  constructor(usher: string, config: string) {
    this.#usher = usher;
    this.#config = config;
  }

  /** Resolves when it serves, on another port than before. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [this.#usher, "start", "--config", this.#config], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = child;
    const lines = createInterface({ input: child.stdout });
    const serves = new Promise<number>((resolve, reject) => {
      lines.on("line", (line) => {
        const { port, level, msg } = JSON.parse(line) as { port?: number; level: number; msg: string };
        if (level > 40) this.log.push(`${new Date().toISOString()} ${line.slice(0, 200)}`);
        if (port !== undefined && msg.startsWith("usher serves")) resolve(port);
      });
      child.once("exit", (code) => reject(new Error(`a node ended with ${code} before it served`)));
    });
    this.port = await serves;
  }

  /** Dead on the spot. */
  async kill(): Promise<void> {
    await killed(this.#process);
  }

  /** It stands still, with all its sockets. */
  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }
}

/** Three nodes on one store, and a backend that all their apps tell. Runs do not meet: each takes an app of its own. */
export class Nodes {
  readonly store: RedisServer;
  readonly backend: Backend;
  readonly each: readonly NodeProcess[];
  readonly #folder: string;
  readonly #apps: string[];

  private constructor(usher: string, store: RedisServer, backend: Backend, folder: string, apps: string[]) {
    this.store = store;
    this.backend = backend;
    this.each = transports.map((transport) => new NodeProcess(usher, join(folder, `${transport}.json`)));
    this.#folder = folder;
    this.#apps = apps;
  }

  /**
   * @param apps how many runs there can be
   * @param lease in seconds; a long one where nothing fails, since what it makes good is then seen
   * @param usher the command
   */
  static async start(apps: number, lease: number = leaseSeconds, usher: string = builtUsher): Promise<Nodes> {
    const [store, backend] = [await RedisServer.start(), await Backend.start()];
    const folder = await mkdtemp(join(tmpdir(), "usher-nodes-"));
    const names = Array.from({ length: apps }, (_, at) => `app-${at}`);
    for (const transport of new Set(transports)) {
      const cluster = { redis: store.url, name: "model", leaseSeconds: lease };
      const config = { port: 0, transport, drainSeconds: 0, cluster, apps: names.map((app) => settings(app, backend)) };
      await writeFile(join(folder, `${transport}.json`), JSON.stringify(config));
    }
    const nodes = new Nodes(usher, store, backend, folder, names);
    await Promise.all(nodes.each.map((node) => node.start()));
    return nodes;
  }

  /** An app that no run has had. */
  takeApp(): string {
    const app = this.#apps.shift();
    if (app === undefined) throw new Error("no app is left: start the nodes with more of them");
    return app;
  }

  async close(): Promise<void> {
    await Promise.all(this.each.map((node) => node.kill()));
    await Promise.all([this.store.stop(), this.backend.close(), rm(this.#folder, { recursive: true, force: true })]);
  }
}

function settings(app: string, backend: Backend): object {
  const events = ["channel_occupied", "channel_vacated", "member_added", "member_removed"];
  const webhooks = [{ url: backend.url(app), events, batch: app.endsWith("0") }];
  const limits = { presenceMembers: memberLimit };
  return { id: app, key: `key-${app}`, secret: "secret", subscriptionCount: true, limits, webhooks };
}
