import type { AppKey } from "@usher/credentials";
import { limits } from "@usher/protocol";
import { z } from "zod";
import type { App, AppLimits } from "./apps/app.ts";
import { nearest } from "./nearest.ts";

/** What a program or a configuration file may say; docs/configuration.md has the defaults. */
export interface ConfigInput {
  readonly host?: string;
  /** 0 for any free port. */
  readonly port?: number;
  readonly transport?: "auto" | "uws" | "node";
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
  readonly limits?: Partial<AppLimits>;
}

/** What a server runs on: checked, complete and frozen. */
export interface Config {
  readonly host: string;
  readonly port: number;
  readonly transport: "auto" | "uws" | "node";
  readonly apps: readonly App[];
}

/** A setting that is wrong: one line, which names it. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

/** Settings of one section; an unknown one is refused with the known one that it was probably meant to be. */
function section<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error(issue) {
      if (issue.code !== "unrecognized_keys") return undefined;
      const unknown = (issue as unknown as { keys: string[] }).keys[0] ?? "";
      const known = nearest(unknown, Object.keys(shape));
      return `unknown setting ${JSON.stringify(unknown)}; did you mean ${JSON.stringify(known)}?`;
    },
  });
}

/** What is said of a value that is not of its kind, or not there. */
function kind(sentence: string): { error: (issue: { input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? "is missing" : sentence) };
}

const text = z.string(kind("must be a string")).min(1, "must not be empty");
/** Ids and keys stand in URLs and topics: no slash, no colon, nothing that must be escaped, no step up. */
const urlSafe = z
  .string(kind("must be a string"))
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9_.-]+$/, "must be letters, digits, _, . or -");
const limit = z.number("must be a whole number, 0 for no limit").int().min(0);
const portSentence = "must be a number from 0 to 65535";

const keySchema = section({ key: urlSafe, secret: text });

const limitsSchema = section({
  eventBytes: limit.default(limits.eventBytes),
  eventNameLength: limit.default(limits.eventNameLength),
  channelNameLength: limit.default(limits.channelNameLength),
  channelsPerEvent: limit.default(limits.channelsPerEvent),
  eventsPerBatch: limit.default(limits.eventsPerBatch),
  presenceMembers: limit.default(limits.presenceMembers),
  memberBytes: limit.default(limits.memberBytes),
});

const appSchema = section({
  id: z.preprocess((id) => (typeof id === "number" ? String(id) : id), urlSafe),
  key: urlSafe.optional(),
  secret: text.optional(),
  keys: z.array(keySchema).min(1, "must hold at least one key").optional(),
  enabled: z.boolean().default(true),
  limits: limitsSchema.prefault({}),
}).transform(({ key, secret, keys, ...app }, context): App => {
  if (keys && (key !== undefined || secret !== undefined)) {
    context.addIssue({
      code: "custom",
      path: ["keys"],
      message: "stands beside key and secret; give one or the other",
    });
  }
  if (!keys && key === undefined) context.addIssue({ code: "custom", path: ["key"], message: "is missing" });
  if (!keys && secret === undefined) context.addIssue({ code: "custom", path: ["secret"], message: "is missing" });
  return { ...app, keys: keys ?? [{ key: key ?? "", secret: secret ?? "" }] };
});

const configSchema = section({
  host: text.default("127.0.0.1"),
  port: z.number(portSentence).int(portSentence).min(0, portSentence).max(65_535, portSentence).default(6001),
  transport: z.enum(["auto", "uws", "node"], "must be auto, uws or node").default("auto"),
  apps: z.array(appSchema).optional(),
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
