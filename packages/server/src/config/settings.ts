import { readFileSync } from "node:fs";
import { ConfigError, type ConfigInput } from "./config.ts";

/** What the command line may say; it comes before the environment, which comes before the file. */
export interface Flags {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly config?: string | undefined;
  readonly transport?: string | undefined;
  readonly redis?: string | undefined;
  readonly workers?: string | undefined;
}

/**
 * Reads the settings of the `usher` command from its flags, the `USHER_*` variables and the file that either names. They are
 * still to be checked.
 *
 * @throws ConfigError with one line that names the flag, variable or file that is wrong
 */
export function readSettings(flags: Flags, environment: NodeJS.ProcessEnv = process.env): ConfigInput {
  const file = flags.config ?? environment["USHER_CONFIG"];
  const port = flags.port ?? environment["USHER_PORT"];
  const drainSeconds = environment["USHER_DRAIN_SECONDS"];
  const workers = flags.workers ?? environment["USHER_WORKERS"];
  const settings = {
    host: flags.host ?? environment["USHER_HOST"],
    port: port === undefined ? undefined : parseNumber("port", "a number from 0 to 65535", port),
    transport: flags.transport ?? environment["USHER_TRANSPORT"],
    drainSeconds:
      drainSeconds === undefined
        ? undefined
        : parseNumber("USHER_DRAIN_SECONDS", "a whole number of seconds", drainSeconds),
    workers:
      workers === undefined || workers === "auto"
        ? workers
        : parseNumber("workers", "auto or a number of them", workers),
    apps: appOf(environment),
  };
  const given = Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
  const inFile: { cluster?: object } = file === undefined ? {} : readFile(file);
  const redis = flags.redis ?? environment["USHER_REDIS_URL"];
  return { ...inFile, ...given, ...(redis !== undefined && { cluster: { ...inFile.cluster, redis } }) };
}

function readFile(path: string): object {
  const content = readText(path).replace(/^\ufeff/, "");
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new ConfigError(`${path}: is not JSON${placeOf(error as SyntaxError, content)}`);
  }
  throw new ConfigError(`${path}: must hold one JSON object`);
}

/** Where the file stops being JSON, if that is known. The engine's own sentence quotes the file, which holds secrets. */
function placeOf({ message }: SyntaxError, content: string): string {
  const position = /position (\d+)/.exec(message)?.[1];
  return position === undefined ? "" : ` (line ${content.slice(0, Number(position)).split("\n").length})`;
}

function readText(path: string): string {
  if (path === "") throw new ConfigError("config: names no file");
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    const sentences: Readonly<Record<string, string>> = {
      ENOENT: "there is no such file",
      EISDIR: "is a folder, not a file",
    };
    throw new ConfigError(`${path}: ${sentences[code] ?? `cannot be read (${code})`}`);
  }
}

function parseNumber(name: string, kind: string, text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new ConfigError(`${name}: must be ${kind}, not ${JSON.stringify(text)}`);
  return Number(text);
}

/** A single app by the environment; its three variables come together. */
function appOf(environment: NodeJS.ProcessEnv): ConfigInput["apps"] {
  const { USHER_APP_ID: id, USHER_APP_KEY: key, USHER_APP_SECRET: secret } = environment;
  if (id === undefined && key === undefined && secret === undefined) return undefined;
  if (id === undefined) throw new ConfigError("USHER_APP_ID: is missing beside the other USHER_APP_* variables");
  if (key === undefined) throw new ConfigError("USHER_APP_KEY: is missing beside the other USHER_APP_* variables");
  if (secret === undefined)
    throw new ConfigError("USHER_APP_SECRET: is missing beside the other USHER_APP_* variables");
  return [{ id, key, secret }];
}
