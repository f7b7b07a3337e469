import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort } from "./free-port.ts";
import { killed } from "./killed.ts";

const run = promisify(execFile);

/** A redis-server of a test's own, which can be killed, paused and started again on the same port. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #options: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, options: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#options = options;
  }

  /** @param options of the command line, such as `--cluster-enabled yes` */
  static async start(...options: readonly string[]): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), "usher-redis-")), options);
    await server.start();
    return server;
  }

  /** A Sentinel that watches the master there, and takes it for dead after half a second. */
  static async startSentinel(master: number): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), "usher-sentinel-")), ["--sentinel"]);
    const watch = [
      `monitor usher 127.0.0.1 ${master} 2`,
      "down-after-milliseconds usher 500",
      "failover-timeout usher 2000",
    ];
    const lines = [`port ${server.port}`, "bind 127.0.0.1", ...watch.map((line) => `sentinel ${line}`)];
    await writeFile(join(server.#folder, "sentinel.conf"), `${lines.join("\n")}\n`);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it again, without what it held. Resolves when it takes connections. */
  async start(): Promise<void> {
    const [kind] = this.#options;
    if (kind === "--sentinel") return this.#run([join(this.#folder, "sentinel.conf"), "--sentinel"], "+monitor");
    const where = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#folder];
    const quiet = ["--save", "", "--appendonly", "no", "--daemonize", "no"];
    return this.#run([...where, ...quiet, ...this.#options], "Ready to accept connections");
  }

  /** @param sign what it says when it is there */
  async #run(args: readonly string[], sign: string): Promise<void> {
    const child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "pipe"] });
    this.#process = child;
    let said = "";
    await new Promise<void>((resolve, reject) => {
      child.once("error", (error) => reject(new Error(`redis-server does not start: ${error.message}`)));
      child.once("exit", () => reject(new Error(`redis-server stopped: ${said}`)));
      child.stdout?.on("data", (text: Buffer) => {
        said += text;
        if (said.includes(sign)) resolve();
      });
    });
    child.stdout?.resume();
  }

  /** Gone, with everything that it held. */
  async kill(): Promise<void> {
    await killed(this.#process);
  }

  /** It answers nobody, and keeps what it has. */
  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A Redis Cluster of three masters, for as long as the test file runs. */
export async function startRedisCluster(): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const options = ["--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-node-timeout", "2000"];
  const start = async (): Promise<RedisServer> =>
    RedisServer.start(...options, "--cluster-port", String(await freePort()));
  const servers = await Promise.all([start(), start(), start()]);
  const ports = servers.map(({ port }) => port);
  const hosts = ports.map((port) => `127.0.0.1:${port}`);
  await run("redis-cli", ["--cluster", "create", ...hosts, "--cluster-yes"]);
  for (const port of ports) while (!(await isFormed(port)));
  return {
    url: `redis-cluster://${hosts.join(",")}`,
    async stop() {
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}

/** A master with a replica, and Sentinels that put the one in the place of the other. */
export async function startSentinels(): Promise<{
  readonly url: string;
  killMaster(): Promise<void>;
  stop(): Promise<void>;
}> {
  const master = await RedisServer.start();
  const replica = await RedisServer.start("--replicaof", "127.0.0.1", String(master.port));
  const sentinels = await Promise.all([1, 2, 3].map(() => RedisServer.startSentinel(master.port)));
  return {
    url: `redis-sentinel://${sentinels.map(({ port }) => `127.0.0.1:${port}`).join(",")}/usher`,
    killMaster: () => master.kill(),
    async stop() {
      await Promise.all([master, replica, ...sentinels].map((server) => server.stop()));
    },
  };
}

async function isFormed(port: number): Promise<boolean> {
  const { stdout } = await run("redis-cli", ["-p", String(port), "cluster", "info"]);
  return stdout.includes("cluster_state:ok") && stdout.includes("cluster_known_nodes:3");
}
