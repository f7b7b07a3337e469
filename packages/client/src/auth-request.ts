import { parseJson } from "@usher/protocol";
import { AuthError } from "./auth-error.ts";

type MaybePromise<Value> = Value | Promise<Value>;

/** What goes into the form beside the protocol's own fields. */
export type AuthParams = Readonly<Record<string, string | number | boolean>>;
export type AuthHeaders = Readonly<Record<string, string>>;

/** An endpoint of the app that signs. Every object is read at the time of each request, so a token may be put there late, or anew. */
export interface AuthEndpoint {
  /** A path on the page's own origin, or a whole URL. */
  endpoint?: string;
  /** A POST by `fetch`; there is no other. */
  transport?: "ajax";
  params?: AuthParams;
  headers?: AuthHeaders;
  /** Asked before each request; what it gives comes after `params`. */
  paramsProvider?: () => MaybePromise<AuthParams>;
  /** Asked before each request; what it gives wins over `headers`. */
  headersProvider?: () => MaybePromise<AuthHeaders>;
}

/** A good answer of an endpoint. */
export interface AuthAnswer {
  readonly value: unknown;
  readonly status: number;
}

/**
 * Asks an endpoint to sign, by the protocol's section 3.7.
 *
 * @param purpose names the endpoint in errors
 * @param url used if the options name no other
 * @param fields the protocol's own part of the form, in order
 * @param signal gives the request up
 * @returns whatever JSON came with a status of 200 to 299
 * @throws AuthError, or what a provider of the app throws
 */
export async function requestAuth(
  purpose: string,
  url: string,
  options: AuthEndpoint,
  fields: readonly (readonly [string, string])[],
  signal: AbortSignal,
): Promise<AuthAnswer> {
  const endpoint = options.endpoint || url;
  const form = [
    ...fields,
    ...Object.entries(options.params ?? {}),
    ...Object.entries((await options.paramsProvider?.()) ?? {}),
  ];
  const headers = new Headers({ "Content-Type": "application/x-www-form-urlencoded" });
  for (const given of [options.headers ?? {}, (await options.headersProvider?.()) ?? {}]) {
    for (const [name, value] of Object.entries(given)) headers.set(name, value);
  }
  const answer = await post(purpose, endpoint, { body: encodeForm(form), headers, signal });
  if (!answer.ok) {
    const sentence = `Unable to retrieve auth string from ${purpose} endpoint - received status: ${answer.status} from ${endpoint}`;
    throw new AuthError(sentence, answer.status);
  }
  const value = parseJson(answer.text);
  if (value === undefined)
    throw new AuthError(`The ${purpose} endpoint ${endpoint} answered ${described(answer)}`, answer.status);
  return { value, status: answer.status };
}

interface Answer {
  readonly ok: boolean;
  readonly status: number;
  readonly redirected: boolean;
  readonly text: string;
}

async function post(purpose: string, endpoint: string, request: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(endpoint, { ...request, method: "POST", credentials: "same-origin" });
    const { ok, status, redirected } = response;
    return { ok, status, redirected, text: await response.text() };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AuthError(`The request to the ${purpose} endpoint ${endpoint} failed: ${reason}`, 0, { cause });
  }
}

function encodeForm(fields: readonly (readonly [string, string | number | boolean])[]): string {
  return fields.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
}

function described({ status, text, redirected }: Answer): string {
  const arrival = redirected ? ", after a redirect" : "";
  if (text.trim() === "") return `with status ${status} and no body${arrival}, where JSON was expected`;
  if (/^\s*</.test(text)) return `with status ${status} and HTML instead of JSON${arrival}: is it a login page?`;
  return `with status ${status} and invalid JSON${arrival}: ${text.slice(0, 100)}`;
}
