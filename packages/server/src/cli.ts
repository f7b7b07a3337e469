import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { systemClock } from "./clock.ts";
import { ConfigError, parseConfig } from "./config/config.ts";
import { readSettings } from "./config/settings.ts";
import { createLog } from "./log.ts";
import { createServer } from "./server.ts";
import { ListenError } from "./transport/listen-error.ts";
import { Parent } from "./workers/parent.ts";

const usage = `usher start [options]

  --host ADDRESS     where to listen (USHER_HOST, 127.0.0.1)
  --port NUMBER      0 for any free port (USHER_PORT, 6001)
  --config FILE      a JSON file with apps and settings (USHER_CONFIG)
  --transport NAME   auto, uws or node (USHER_TRANSPORT, auto)
  --workers NUMBER   processes that share the port, or auto: one for each core (USHER_WORKERS, 1)
  --redis URL        the Redis that the nodes of a cluster share (USHER_REDIS_URL)

A single app can be given as USHER_APP_ID, USHER_APP_KEY and USHER_APP_SECRET. Without any, a server on a loopback
address runs one for development: app-id, app-key, app-secret.
`;

/** Why the command does not start: one line, no stack. */
class UsageError extends Error {}

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = parse(args);
  if (values.help) return void process.stdout.write(usage);
  if (values.version) return void process.stdout.write(`${version()}\n`);
  if (positionals.length === 0) {
    process.stderr.write(usage);
    process.exitCode = 1;
    return;
  }
  if (positionals.length !== 1 || positionals[0] !== "start") {
    throw new UsageError(`unknown command ${JSON.stringify(positionals.join(" "))}; usher start is the one there is`);
  }
  const log = createLog();
  const settings = readSettings(values);
  const { workers } = parseConfig(settings);
  const server = workers > 1 ? new Parent(settings, { clock: systemClock, log }) : createServer(settings, { log });
  const { host, port, transport, apps } = await server.listen();
  const members = { version: version(), host, port, transport, ...(workers > 1 && { workers }), apps };
  log.info(members, `usher serves on http://${host.includes(":") ? `[${host}]` : host}:${port}`);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, async () => {
      log.info({ signal }, "usher stops");
      await server.close();
      log.info({}, "usher has stopped");
    });
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        host: { type: "string" },
        port: { type: "string" },
        config: { type: "string" },
        transport: { type: "string" },
        workers: { type: "string" },
        redis: { type: "string" },
        help: { type: "boolean", short: "h" },
        version: { type: "boolean" },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message.split(". ")[0]);
  }
}

function version(): string {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

function isExpected(error: unknown): error is Error {
  return [ConfigError, UsageError, ListenError].some((kind) => error instanceof kind);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`usher: ${isExpected(error) ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
}
