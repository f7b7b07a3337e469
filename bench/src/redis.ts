import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { createInterface } from "node:readline";

/** A redis-server of the benchmark's own, on the second core. */
export class BenchRedis {
  readonly url: string;
  readonly #port: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.#port = port;
    this.url = `redis://127.0.0.1:${port}`;
  }

  static async start(): Promise<BenchRedis> {
    const port = await freePort();
    const child = spawn("redis-server", ["--port", String(port), "--save", "", "--appendonly", "no"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes("Ready to accept connections")) return new BenchRedis(child, port);
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
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
