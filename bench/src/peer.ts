import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** A server under test. */
export interface Peer {
  readonly name: string;
  /** Arguments of the Node process; it must print a line of JSON that holds its `port`. */
  readonly args: readonly string[];
  /** Whether its HTTP API wants signed requests. */
  readonly signed: boolean;
}

export const bare: Peer = { name: "bare", args: [fileURLToPath(new URL("./bare.js", import.meta.url))], signed: false };

/** The bare server with the one thing that a signed publish cannot do without. */
export const signing: Peer = { name: "signing", args: [...bare.args, "--signed"], signed: true };

export const usher: Peer = {
  name: "usher",
  args: [
    fileURLToPath(import.meta.resolve("@usher/server/package.json")).replace("package.json", "bin/usher.js"),
    "start",
    "--port",
    "0",
    "--transport",
    "uws",
  ],
  signed: true,
};

/** Whether server and generator can have a core each. */
export const canPin: boolean = spawnSync("taskset", ["--version"]).status === 0;

/** The command, bound to one core where that is possible. */
export function onCore(core: 0 | 1, command: readonly string[]): readonly string[] {
  return canPin ? ["taskset", "-c", String(core), ...command] : command;
}

/** A peer in a fresh process, on the first core. */
export class Running {
  readonly port: number;
  readonly #process: ChildProcess;

  private constructor(process: ChildProcess, port: number) {
    this.#process = process;
    this.port = port;
  }

  static async start(peer: Peer): Promise<Running> {
    const [file = "", ...args] = onCore(0, [process.execPath, ...peer.args]);
    const child = spawn(file, args, { stdio: ["ignore", "pipe", "inherit"] });
    for await (const line of createInterface({ input: child.stdout })) {
      const { port } = JSON.parse(line) as { port?: number };
      if (port) return new Running(child, port);
    }
    throw new Error(`${peer.name} did not say on which port it listens`);
  }

  /** CPU time that the process has used, in microseconds, by the scheduler's own account. */
  cpu(): number {
    const tasks = `/proc/${this.#process.pid}/task`;
    return readdirSync(tasks).reduce(
      (sum, task) => sum + Number(readFileSync(`${tasks}/${task}/schedstat`, "utf8").split(" ")[0]) / 1000,
      0,
    );
  }

  /** Resident memory of the process, in bytes. */
  memory(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
  }

  async stop(): Promise<void> {
    this.#process.kill("SIGKILL");
    await once(this.#process, "exit");
  }
}
