import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { onCore } from "./peer.ts";

const warmupMs = 2000;
const windowMs = 2000;

const source = fileURLToPath(new URL("../src/generator.c", import.meta.url));
const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const binary = `${dist}generator`;
const requestsFile = `${dist}requests.http`;

/**
 * Compiles generator.c. Done at each start of the benchmark: it takes less time than one window.
 *
 * @throws Error if there is no C compiler, or it does not compile
 */
export function compileGenerator(): void {
  mkdirSync(dist, { recursive: true });
  for (const compiler of ["cc", "gcc", "clang"]) {
    const args = ["-std=c11", "-O2", "-Wall", "-Wextra", "-o", binary, source];
    const { error, status } = spawnSync(compiler, args, { stdio: "inherit" });
    if (error) continue;
    if (status !== 0) throw new Error(`${compiler} could not compile ${source}`);
    return;
  }
  throw new Error("The load generator is written in C and there is no C compiler here: install gcc or clang");
}

/** How far the generator is at the beginning or the end of something. Times in microseconds. */
export interface Phase {
  readonly phase: "open" | "start" | "end" | "verified";
  /** Deliveries or answered requests so far. */
  readonly work: number;
  /** The time, from some point on. */
  readonly wall: number;
  /** CPU time that the generator has used, less what it spent in waiting. */
  readonly cpu: number;
}

/** Publishes as many events as the server can take, with that many always under way. */
export interface Load {
  readonly mode: "fanout" | "publish";
  readonly inFlight: number;
  /** HTTP requests, posted in turn. */
  readonly requests: readonly string[];
}

/** The load generator, on the second core. What the modes do stands at the head of generator.c. */
export class Generator {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  /** @param load what to do when all subscribers are subscribed; nothing if it is left out */
  constructor(port: number, subscribers: number, load?: Load) {
    const args = [String(port), load?.mode ?? "hold", String(subscribers)];
    if (load) {
      writeFileSync(requestsFile, load.requests.join(""));
      args.push(String(load.inFlight), String(warmupMs), String(windowMs), requestsFile);
    }
    const [file = "", ...rest] = onCore(1, [binary, ...args]);
    this.#process = spawn(file, rest, { stdio: ["pipe", "pipe", "inherit"] });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** Waits until the generator says that it has come to this phase. They come in the order of their declaration. */
  async reaches(phase: Phase["phase"]): Promise<Phase> {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error(`The generator gave up before "${phase}"; it said why above`);
    const reached = JSON.parse(value) as Phase;
    if (reached.phase !== phase) throw new Error(`The generator said "${reached.phase}" instead of "${phase}"`);
    return reached;
  }

  /** Closes all its connections. */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#process;
    if (exitCode !== null || signalCode !== null) return;
    this.#process.stdin.end();
    await once(this.#process, "exit");
  }
}
