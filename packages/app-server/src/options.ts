import type { AppKey } from "@usher/credentials";
import { type AddressOptions, serverOrigin } from "./address.ts";
import { type MasterKeyOptions, parseMasterKey } from "./master-key.ts";

/** How to reach an app on the server, and as whom. */
export type UsherOptions = AppOptions & (AppKey | { readonly keys: readonly AppKey[] });

interface AppOptions extends AddressOptions, MasterKeyOptions {
  /** The id of the app. A number is taken as its decimal string. */
  readonly appId: string | number;
  /** How long, in milliseconds, to wait for the server to answer; for ever if none is given. */
  readonly timeout?: number | undefined;
  /** How often a request that may safely be repeated is tried again at most; twice if nothing is given, 0 for never. */
  readonly retries?: number | undefined;
  /** Makes the requests in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The options, checked once. */
export interface App {
  readonly id: string;
  /** The newest first, which signs. */
  readonly keys: readonly [AppKey, ...AppKey[]];
  /** Such as `http://127.0.0.1:6001`. */
  readonly origin: string;
  readonly masterKey: Uint8Array | undefined;
  readonly timeout: number | undefined;
  readonly retries: number;
  readonly fetch: typeof globalThis.fetch;
}

/** @throws Error with a sentence that names the option that is missing or wrong */
export function parseOptions(options: UsherOptions): App {
  const { appId, timeout, retries = 2 } = options;
  if (appId === undefined || appId === "") throw new Error("appId is missing: give the id of the app");
  if ("agent" in options && options.agent !== undefined) {
    throw new Error(
      "agent is of node:http, and requests are made by fetch, which keeps connections alive: leave it out, or give your own fetch",
    );
  }
  return {
    id: String(appId),
    keys: parseKeys(options),
    origin: serverOrigin(options),
    masterKey: parseMasterKey(options),
    timeout,
    retries,
    // Looked up at each call: whoever replaces the global later is heard.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  };
}

function parseKeys(options: UsherOptions): App["keys"] {
  const [newest, ...older] = (("keys" in options && options.keys) || [options as AppKey]).map(parseKey);
  if (!newest) throw new Error("keys is empty: give at least one { key, secret }, the newest first");
  return [newest, ...older];
}

function parseKey({ key, secret }: AppKey): AppKey {
  if (!key) throw new Error("key is missing: give the key of the app");
  if (!secret) throw new Error(`secret is missing: give the secret that belongs to the key ${key}`);
  return { key, secret };
}
