import { systemClock } from "../clock.ts";
import { createEngine, createIpcEngine } from "../engine.ts";
import { Link } from "../ipc/link.ts";
import { createLog } from "../log.ts";
import { createServerWith, type Server } from "../server.ts";
import type { FromWorker, ToWorker } from "./words.ts";

/** A worker, as its own process: serves as its parent tells it to, and never without it. */

let server: Server | undefined;
let hear: (message: object) => void = () => {};

function say(words: FromWorker): void {
  process.send?.(words);
}

async function start({ node, number, config }: Extract<ToWorker, { kind: "start" }>): Promise<void> {
  const link = new Link({
    say: (message) => say({ kind: "line", message }),
    hear(listener) {
      hear = listener;
    },
  });
  const parts = { clock: systemClock, log: createLog({ worker: number }) };
  server = createServerWith(config, parts, {
    sharesPort: true,
    engine: (cluster, needs) =>
      cluster.redis === "" ? createIpcEngine(node, link, needs) : createEngine(cluster, needs),
  });
  try {
    say({ kind: "listening", listening: await server.listen() });
  } catch (error) {
    say({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
    process.disconnect?.();
  }
}

async function stop(): Promise<void> {
  await server?.close();
  process.disconnect?.();
}

process.on("message", (words: ToWorker) => {
  switch (words.kind) {
    case "start":
      void start(words);
      break;
    case "stop":
      void stop();
      break;
    case "ping":
      say({ kind: "pong" });
      break;
    case "line":
      hear(words.message);
  }
});
process.on("disconnect", () => process.exit());
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => void stop());
say({ kind: "here" });
