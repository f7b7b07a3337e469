import cluster, { type Worker } from "node:cluster";
import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createStaticStore } from "../apps/static-store.ts";
import type { Cancel, Clock } from "../clock.ts";
import { type Config, type ConfigInput, parseConfig } from "../config/config.ts";
import { digests } from "../digests.ts";
import { report } from "../edges.ts";
import { Host } from "../ipc/host.ts";
import type { Log } from "../log.ts";
import type { Listening, Server } from "../server.ts";
import { tryListening } from "../transport/occupant.ts";
import { createWebhooks, type Webhooks } from "../webhooks/webhooks.ts";
import type { FromWorker, ToWorker } from "./words.ts";

/** How often a worker is asked whether it lives, and for how long it may say nothing; milliseconds. */
const pingEvery = 5000;
const silentFor = 30_000;
/** A worker that dies sooner than this is replaced only after as long; milliseconds. */
const restPeriod = 1000;
/** How long the workers may take to stop, beside sending their clients away; milliseconds. */
const stopWithin = 10_000;

/** A worker, as its parent knows it. */
interface Child {
  readonly number: number;
  readonly process: Worker;
  readonly startedAt: number;
  /** When it last said that it lives. */
  heardAt: number;
}

/** What a program may put in the place of the parent's own parts. */
interface Parts {
  readonly clock: Clock;
  readonly log: Log;
}

/** A server of several processes that share a port, and answer as one: this one serves nobody itself, and keeps what they share. */
export class Parent implements Server {
  readonly #input: ConfigInput;
  readonly #config: Config;
  readonly #parts: Parts;
  readonly #host: Host;
  readonly #webhooks: Webhooks;
  readonly #children = new Set<Child>();
  readonly #cancels: Cancel[] = [];
  #listening: Listening | undefined;
  #stopped: Promise<void> | undefined;

  /** @throws ConfigError with one line that names the setting */
  constructor(input: ConfigInput, parts: Parts) {
    this.#input = input;
    this.#config = parseConfig(input);
    this.#parts = parts;
    const apps = createStaticStore(this.#config.apps);
    const webhooks = createWebhooks({ ...parts, hmac: digests.hmac });
    this.#webhooks = webhooks;
    this.#host = new Host({
      clock: parts.clock,
      webhook(id, event) {
        const app = apps.byId(id);
        if (app) webhooks.tell(app, event);
      },
    });
    this.#host.news((change) => report({ apps, webhooks }, change));
  }

  async listen(): Promise<Listening> {
    if (this.#children.size > 0) throw new Error("This server listens already");
    const { host, port, workers } = this.#config;
    const free = await tryListening({ host, port }); // workers would share the port with whoever has it
    cluster.setupPrimary({ exec: fileURLToPath(new URL("./worker.js", import.meta.url)), args: [] });
    this.#cancels.push(
      this.#host.watch(),
      this.#parts.clock.every(pingEvery, () => this.#ping()),
    );
    const all = Array.from({ length: workers }, (_, at) => this.#start(at + 1, free));
    const [listening] = await Promise.all(all).catch(async (error: unknown) => {
      await this.close();
      throw error;
    });
    this.#listening = listening as Listening;
    return this.#listening;
  }

  close(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    for (const cancel of this.#cancels) cancel();
    const gone = [...this.#children].map((child) => this.#end(child));
    await Promise.all(gone);
    await this.#webhooks.close();
  }

  async #end(child: Child): Promise<void> {
    const exited = new Promise((resolve) => child.process.once("exit", resolve));
    if (child.process.isDead()) return;
    const within = this.#config.drainSeconds * 1000 + stopWithin;
    const cancel = this.#parts.clock.after(within, () => child.process.process.kill("SIGKILL"));
    tell(child, { kind: "stop" });
    await exited;
    cancel();
  }

  /** Resolves when the worker serves. @throws ListenError or Error if it cannot */
  #start(number: number, port: number): Promise<Listening> {
    const { clock, log } = this.#parts;
    const node = randomUUID();
    const child: Child = { number, process: cluster.fork(), startedAt: clock.now(), heardAt: clock.now() };
    this.#children.add(child);
    this.#host.connect(node, {
      say: (message) => tell(child, { kind: "line", message }),
      hear: (listener) => {
        child.process.on("message", (words: FromWorker) => {
          if (words.kind === "line") listener(words.message);
        });
      },
    });
    return new Promise((resolve, reject) => {
      child.process.on("message", (words: FromWorker) => {
        child.heardAt = clock.now();
        if (words.kind === "here") tell(child, { kind: "start", node, number, config: { ...this.#input, port } });
        if (words.kind === "listening") {
          log.info({ worker: number, pid: child.process.process.pid }, "a worker serves");
          resolve(words.listening);
        }
        if (words.kind === "failed") reject(new Error(words.message));
      });
      child.process.once("exit", (code, signal) => {
        reject(new Error(`worker ${number} has ended before it served (${signal ?? code})`));
        this.#bury(child, node, signal ?? code);
      });
    });
  }

  /** A worker is gone, and is replaced unless the server stops. */
  #bury(child: Child, node: string, reason: string | number): void {
    const { clock, log } = this.#parts;
    this.#children.delete(child);
    this.#host.disconnect(node);
    if (this.#stopped || !this.#listening) return;
    const { port } = this.#listening;
    log.error({ worker: child.number, reason }, "a worker has gone, and is replaced");
    const replace = (): void => {
      if (this.#stopped) return;
      this.#start(child.number, port).catch((error: unknown) =>
        log.error({ err: error }, "a worker could not be replaced"),
      );
    };
    const lived = clock.now() - child.startedAt;
    if (lived > restPeriod) replace();
    else this.#cancels.push(clock.after(restPeriod, replace));
  }

  #ping(): void {
    const { clock, log } = this.#parts;
    for (const child of this.#children) {
      if (clock.now() - child.heardAt > silentFor) {
        log.error({ worker: child.number }, "a worker says nothing any more, and is ended");
        child.process.process.kill("SIGKILL");
      } else tell(child, { kind: "ping" });
    }
  }
}

function tell(child: Child, words: ToWorker): void {
  if (child.process.isConnected()) child.process.send(words, () => {}); // one that is gone hears nothing
}
