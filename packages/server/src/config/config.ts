import { availableParallelism } from "node:os";
import type { AppKey } from "@usher/credentials";
import { z } from "zod";
import type { App, AppLimits, UserSettings, Webhook } from "../apps/app.ts";
import type { ClusterSettings } from "../redis/settings.ts";
import { appSchema } from "./app-schema.ts";
import { clusterSchema } from "./cluster-schema.ts";
import { section, text, wholeNumber } from "./schema.ts";

/** What a program or a configuration file may say; docs/configuration.md has the defaults. */
export interface ConfigInput {
  readonly host?: string;
  /** 0 for any free port. */
  readonly port?: number;
  readonly transport?: "auto" | "uws" | "node";
  /** How long the goodbyes to the clients may take when the server stops. */
  readonly drainSeconds?: number;
  /** Processes that share the port; only the command runs several. */
  readonly workers?: number | "auto";
  readonly cluster?: Partial<ClusterSettings>;
  readonly apps?: readonly AppInput[];
}

export interface AppInput {
  readonly id: string | number;
  /** With `secret`, short for `keys` with one entry. */
  readonly key?: string;
  readonly secret?: string;
  /** Newest first; any of them verifies. */
  readonly keys?: readonly AppKey[];
  readonly enabled?: boolean;
  readonly clientEvents?: boolean;
  readonly subscriptionCount?: boolean;
  readonly users?: Partial<UserSettings>;
  readonly cache?: Partial<App["cache"]>;
  readonly limits?: Partial<AppLimits>;
  readonly webhooks?: readonly (Partial<Webhook> & Pick<Webhook, "url">)[];
}

/** What a server runs on: checked, complete and frozen. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly transport: "auto" | "uws" | "node";
  readonly drainSeconds: number;
  readonly workers: number;
  readonly cluster: ClusterSettings;
  readonly apps: readonly App[];
}

/** A setting that is wrong: one line, which names it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

const portSentence = "must be a number from 0 to 65535";

const workersSentence = "must be auto, or a whole number from 1 to 1024";

/** `auto` is one for each core. */
const workersSchema = z
  .union([z.literal("auto"), wholeNumber(1, 1024, workersSentence)], workersSentence)
  .transform((workers) => (workers === "auto" ? availableParallelism() : workers));

const configSchema = section({
  host: text.default("127.0.0.1"),
  port: wholeNumber(0, 65_535, portSentence).default(6001),
  transport: z.enum(["auto", "uws", "node"], "must be auto, uws or node").default("auto"),
  drainSeconds: wholeNumber(0, 3600, "must be a whole number of seconds from 0 to 3600").default(10),
  workers: workersSchema.default(1),
  cluster: clusterSchema.prefault({}),
  apps: z.array(appSchema, "must be a list of apps").optional(),
});

/** The one app of a server on a loopback address that was told of none. Everyone knows its secret. */
const developmentApp: AppInput = { id: "app-id", key: "app-key", secret: "app-secret" };

/**
 * Checks a configuration and fills in the defaults.
 *
 * @throws ConfigError with one line that names the first setting that is wrong
 */
export function parseConfig(input: unknown): Config {
  const result = configSchema.safeParse(input);
  if (!result.success) throw new ConfigError(describe(result.error));
  const { apps = [], ...rest } = result.data;
  if (apps.length > 0) return freeze({ ...rest, apps: distinct(apps) });
  if (!isLoopback(rest.host)) {
    throw new ConfigError(
      `apps: must hold at least one app, since the server is to listen on ${rest.host}, where others reach it`,
    );
  }
  return parseConfig({ ...rest, apps: [developmentApp] });
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = (issue?.path ?? [])
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("");
  return `${path.replace(/^\./, "") || "configuration"}: ${issue?.message}`;
}

function distinct(apps: readonly App[]): readonly App[] {
  const ids = apps.map(({ id }) => id);
  const keys = apps.flatMap((app) => app.keys.map(({ key }) => key));
  const twice = (names: string[]): string | undefined => names.find((name, index) => names.indexOf(name) !== index);
  if (twice(ids)) throw new ConfigError(`apps: two apps have the id ${JSON.stringify(twice(ids))}`);
  if (twice(keys)) throw new ConfigError(`apps: two keys are ${JSON.stringify(twice(keys))}`);
  return apps;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) for (const part of Object.values(Object.freeze(value))) freeze(part);
  return value;
}
