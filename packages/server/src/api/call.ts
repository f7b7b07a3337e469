import type { Params } from "@usher/credentials";
import { isRecord, parseJson } from "@usher/protocol";
import type { App } from "../apps/app.ts";
import type { Core } from "../core.ts";
import type { AppRate } from "../limits.ts";
import { ApiError } from "./api-error.ts";

/** A request to the API after its signature was found good. */
export interface Call {
  readonly app: App;
  /** What the path names after the app, decoded: a channel, a user. */
  readonly name: string;
  readonly params: Params;
  readonly body: Uint8Array;
}

/**
 * Counts what the call does against what the app may do in a second.
 *
 * @throws ApiError 429, with the seconds to wait in `Retry-After`
 */
export function spend({ rates }: Pick<Core, "rates">, app: App, rate: AppRate, cost: number): void {
  const wait = rates.take(app, rate, cost);
  if (wait === 0) return;
  const seconds = Math.ceil(wait / 1000);
  throw new ApiError(
    429,
    `App ${app.id} may do ${app.limits[rate]} of these a second (${rate}): try again in ${seconds} s`,
    {
      "retry-after": String(seconds),
    },
  );
}

/** The answer where there is nothing to say but that it is done. */
export const done: object = Object.freeze({});

const decoder = new TextDecoder();

/** @throws ApiError 400 if the body is not a JSON object */
export function parseBody({ body }: Call): Record<string, unknown> {
  const value = parseJson(decoder.decode(body));
  if (!isRecord(value)) throw new ApiError(400, "The body must be a JSON object");
  return value;
}

/**
 * The attributes that `info` asks for, by a list with commas.
 *
 * @throws ApiError 400 if there is one that cannot be asked for here
 */
export function parseInfo(info: unknown, known: readonly string[]): ReadonlySet<string> {
  if (info === undefined || info === null || info === "") return none;
  if (typeof info !== "string") throw new ApiError(400, "info must be a string, such as user_count");
  const asked = info.split(",").map((attribute) => attribute.trim());
  const unknown = asked.find((attribute) => !known.includes(attribute));
  if (unknown === undefined) return new Set(asked);
  throw new ApiError(
    400,
    `info cannot be ${JSON.stringify(unknown.slice(0, 100))} here: it can be ${known.join(", ")}`,
  );
}

const none: ReadonlySet<string> = new Set();
