import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";

/** A redis-server of the benchmark's own, on the second core. */
export class BenchRedis {
  readonly url: string;
  readonly #port: number;
  #process: ChildProcess | undefined;

  private constructor(port: number) {
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(): Promise<BenchRedis> {
    const redis = new BenchRedis(await freePort());
    await redis.start();
    return redis;
  }

  /** Starts it again after it was stopped, where it was and with nothing in it. */
  async start(): Promise<void> {
    const args = ["--port", String(this.#port), "--save", "", "--appendonly", "no"];
    const child = spawn("redis-server", args, { stdio: ["ignore", "pipe", "inherit"] });
    this.#process = child;
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes("Ready to accept connections")) return;
    }
    throw new Error("redis-server does not start");
  }

  /** How often it has read from a connection since it was started: a round trip is one or two of these, whatever it carries. */
  async reads(): Promise<number> {
    const socket = connect(this.#port, "127.0.0.1");
    socket.write("INFO stats\r\n");
    let said = "";
    for await (const piece of socket) {
      said += piece;
      const reads = /total_reads_processed:(\d+)\r/.exec(said)?.[1];
      if (reads !== undefined) return Number(reads);
    }
    throw new Error("redis-server does not say how often it has read");
  }

  async stop(): Promise<void> {
    if (!this.#process) return;
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
    this.#process = undefined;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
