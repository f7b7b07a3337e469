import { isRecord, parseJson } from "@usher/protocol";

/** What is known of a request that failed. */
export interface RequestFailure {
  readonly url: string;
  /** Why no answer came. */
  readonly error?: unknown;
  /** The status of the answer, if one came. */
  readonly status?: number;
  /** The text of the answer, if one came. */
  readonly body?: string;
}

/**
 * A request to the HTTP API that the server refused (it has a `status` and a `body`) or never answered (it has an `error`). The
 * members are those of the `pusher` package's error (protocol 8.4).
 */
export class RequestError extends Error {
  override readonly name = "PusherRequestError";
  /** Holds a signature that is good for ten minutes, and so is not among what loggers list. */
  declare readonly url: string;
  readonly error: unknown;
  readonly status: number | undefined;
  readonly body: string | undefined;

  constructor(failure: RequestFailure) {
    redact(failure.error);
    super(sentence(failure), { cause: failure.error });
    Object.defineProperty(this, "url", { value: failure.url, enumerable: false });
    this.error = failure.error;
    this.status = failure.status;
    this.body = failure.body;
  }
}

/** Runtimes write the URL, which is signed, into their own errors: the signature is taken out, for errors are logged. */
function redact(error: unknown): void {
  if (typeof error !== "object" || error === null) return;
  for (const name of Object.getOwnPropertyNames(error)) {
    const descriptor = Object.getOwnPropertyDescriptor(error, name);
    if (name === "cause") redact(descriptor?.value);
    if (typeof descriptor?.value !== "string" || !descriptor.configurable || !signature.test(descriptor.value))
      continue;
    Object.defineProperty(error, name, {
      ...descriptor,
      value: descriptor.value.replace(signature, "auth_signature=…"),
    });
  }
}

const signature = /auth_signature=[0-9a-f]+/;

function sentence({ error, status, body = "" }: RequestFailure): string {
  if (status === undefined) return joined("Request failed with an error", innermost(error));
  const answer = parseJson(body);
  return joined(`Unexpected status code ${status}`, isRecord(answer) ? answer["error"] : undefined);
}

/** Node's `fetch` says "fetch failed" and keeps the reason in the cause. */
function innermost(error: unknown): unknown {
  if (!(error instanceof Error)) return undefined;
  return error.cause instanceof Error ? error.cause.message : error.message;
}

function joined(what: string, why: unknown): string {
  return typeof why === "string" && why !== "" ? `${what}: ${why}` : what;
}

/** Whether the request may succeed when it is made again: there was no answer, or one that says that the server was in trouble. */
export function mayPass(error: unknown): boolean {
  return error instanceof RequestError && (error.status === undefined || error.status >= 500);
}

/** How Node and Bun say that there was no connection. */
const connectionFailures: ReadonlySet<unknown> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
  "FailedToOpenSocket",
]);

/** Whether the server surely never saw the request: only then can one that must not happen twice be made again. */
export function neverArrived(error: unknown): boolean {
  if (!(error instanceof RequestError) || error.status !== undefined) return false;
  const { error: failure } = error;
  const reasons = [failure, failure instanceof Error ? failure.cause : undefined] as ({ code?: unknown } | undefined)[];
  const message = failure instanceof Error ? failure.message : "";
  return reasons.some((reason) => connectionFailures.has(reason?.code)) || message.includes("client error (Connect)"); // Deno has no codes
}
