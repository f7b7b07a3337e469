import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A redis-server of the test's own, which can lose everything and come back on the same port, or say nothing for a while. */
export class Store {
  readonly port: number;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string) {
    this.port = port;
    this.#folder = folder;
  }

  static async start(): Promise<Store> {
    const store = new Store(await freePort(), await mkdtemp(join(tmpdir(), "usher-model-")));
    await store.start();
    return store;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it empty. Resolves when it takes connections. */
  async start(): Promise<void> {
    const options = { port: this.port, bind: "127.0.0.1", dir: this.#folder, save: "", appendonly: "no" };
    const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn("redis-server", flags, { stdio: ["ignore", "pipe", "inherit"] });
    this.#process = child;
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) if (line.includes("Ready to accept connections")) return void child.stdout.resume();
    throw new Error("redis-server does not start");
  }

  /** Gone, with everything that it held. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Ends the connections on which somebody listens: what is said until they are back, nobody hears. */
  async cutLines(): Promise<void> {
    const socket = connect(this.port, "127.0.0.1");
    for (const end = performance.now() + 500; performance.now() < end; ) {
      socket.write("CLIENT KILL TYPE pubsub\r\nCLIENT KILL TYPE normal SKIPME yes\r\n");
      await once(socket, "data");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    socket.destroy();
  }

  async close(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** A port that nobody listens on, a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
