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
  /**
   * The endpoint has answered 401, or 419 as Laravel does, or with `WWW-Authenticate` as the app-server library does. Here the app may get
   * new credentials, for its headers or cookies: then the request is made once more, unless this returns `false`.
   */
  onUnauthorized?: (refusal: { readonly endpoint: string; readonly status: number }) => MaybePromise<unknown>;
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
  const ask = (): Promise<Answer> => send(purpose, endpoint, options, fields, signal);
  let answer = await ask();
  const { status, unauthorized } = answer;
  if (unauthorized && options.onUnauthorized) {
    if ((await options.onUnauthorized({ endpoint, status })) !== false) answer = await ask();
  }
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
  /** Whether other credentials may change it. */
  readonly unauthorized: boolean;
  readonly text: string;
}

/** Providers are asked each time, for what they give may be new. */
async function send(
  purpose: string,
  endpoint: string,
  options: AuthEndpoint,
  fields: readonly (readonly [string, string])[],
  signal: AbortSignal,
): Promise<Answer> {
  const form = [
    ...fields,
    ...Object.entries(options.params ?? {}),
    ...Object.entries((await options.paramsProvider?.()) ?? {}),
  ];
  const headers = new Headers({ "Content-Type": "application/x-www-form-urlencoded" });
  for (const given of [options.headers ?? {}, (await options.headersProvider?.()) ?? {}]) {
    for (const [name, value] of Object.entries(given)) headers.set(name, value);
  }
  return post(purpose, endpoint, { body: encodeForm(form), headers, signal });
}

async function post(purpose: string, endpoint: string, request: RequestInit): Promise<Answer> {
  try {
    const response = await fetch(endpoint, { ...request, method: "POST", credentials: "same-origin" });
    const { ok, status, headers } = response;
    const unauthorized = status === 401 || status === 419 || headers.has("WWW-Authenticate");
    return { ok, status, unauthorized, text: await response.text() };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AuthError(`The ${purpose} endpoint ${endpoint} was not reached: ${reason}`, 0, { cause });
  }
}

function encodeForm(fields: readonly (readonly [string, string | number | boolean])[]): string {
  return fields.map((pair) => pair.map(encodeURIComponent).join("=")).join("&");
}

function described({ status, text }: Answer): string {
  return `with status ${status} and ${contentOf(text.trim())}`;
}

function contentOf(text: string): string {
  if (text === "") return "no body instead of JSON";
  return text.startsWith("<") ? "HTML instead of JSON: is it a login page?" : `invalid JSON: ${text.slice(0, 100)}`;
}
