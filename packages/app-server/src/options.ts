import type { AppKey } from "@usher/credentials";

/** How to reach an app on the server, and as whom. */
export type UsherOptions = AppOptions & (AppKey | { readonly keys: readonly AppKey[] });

interface AppOptions {
  /** The id of the app. A number is taken as its decimal string. */
  readonly appId: string | number;
  /** The host name of the server, such as `127.0.0.1`. */
  readonly host: string;
  /** The port of the server; the scheme's own if none is given. */
  readonly port?: string | number | undefined;
  /** Whether to use https. Off unless set, as in the `pusher` package. */
  readonly useTLS?: boolean | undefined;
  /** Stands above `useTLS`. */
  readonly scheme?: "http" | "https" | undefined;
  /** How long, in milliseconds, to wait for the server to answer; for ever if none is given. */
  readonly timeout?: number | undefined;
  /** Makes the requests in place of the global `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The options, checked once. */
export interface App {
  readonly id: string;
  /** Signs. With several keys it is the newest. */
  readonly key: AppKey;
  /** Such as `http://127.0.0.1:6001`. */
  readonly origin: string;
  readonly timeout: number | undefined;
  readonly fetch: typeof globalThis.fetch;
}

/** @throws Error with a sentence that names the option that is missing or wrong */
export function parseOptions(options: UsherOptions): App {
  const { appId, timeout } = options;
  if (appId === undefined || appId === "") throw new Error("appId is missing: give the id of the app");
  return {
    id: String(appId),
    key: signingKey(options),
    origin: serverOrigin(options),
    timeout,
    // Looked up at each call: whoever replaces the global later is heard.
    fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
  };
}

function signingKey(options: UsherOptions): AppKey {
  const keys = "keys" in options ? options.keys : [options];
  const [newest] = keys;
  if (!newest) throw new Error("keys is empty: give at least one { key, secret }, the newest first");
  for (const { key, secret } of keys) {
    if (!key) throw new Error("key is missing: give the key of the app");
    if (!secret) throw new Error(`secret is missing: give the secret that belongs to the key ${key}`);
  }
  return { key: newest.key, secret: newest.secret };
}

function serverOrigin({ host, port, scheme, useTLS }: AppOptions): string {
  if (!host) {
    throw new Error(
      "host is missing: give the host name of your Usher server (cluster is for pusher.com and not known here)",
    );
  }
  const origin = `${scheme ?? (useTLS ? "https" : "http")}://${host}${port ? `:${port}` : ""}`;
  if (/[/?#@]/.test(host) || !URL.canParse(origin)) {
    throw new Error(
      `host and port do not make an address: ${origin}; host is a name such as 127.0.0.1, without scheme or path`,
    );
  }
  return origin;
}
