import type { AppKey } from "@usher/credentials";

/** Where the server is. */
export interface AddressOptions {
  /** The host name of the server, such as `127.0.0.1`. */
  readonly host?: string | undefined;
  /** A cluster of Pusher's own servers, such as `eu`; has no effect beside `host`. */
  readonly cluster?: string | undefined;
  /** The port of the server; the scheme's own if none is given. */
  readonly port?: string | number | undefined;
  /** Whether to use https. Off unless set, as in the `pusher` package. */
  readonly useTLS?: boolean | undefined;
  /** @deprecated The former name of `useTLS`. */
  readonly encrypted?: boolean | undefined;
  /** Stands above `useTLS`. */
  readonly scheme?: string | undefined;
}

/**
 * The origin of the server, such as `http://127.0.0.1:6001`.
 *
 * @throws Error with a sentence that names the option that is missing or wrong
 */
export function serverOrigin({ host, cluster, port, scheme, useTLS, encrypted }: AddressOptions): string {
  if (useTLS !== undefined && encrypted !== undefined) {
    throw new Error("Cannot set both `useTLS` and `encrypted` configuration options");
  }
  const name = host || (cluster && clusterHost(cluster));
  if (!name) throw new Error("host is missing: give the host name of your Usher server");
  const origin = `${scheme || ((useTLS ?? encrypted) ? "https" : "http")}://${name}${port ? `:${port}` : ""}`;
  if (/[/?#@]/.test(name) || !URL.canParse(origin) || !/^https?:/.test(origin)) {
    throw new Error(
      `scheme, host and port do not make an address: ${origin}; host is a name such as 127.0.0.1, without scheme or path`,
    );
  }
  return origin;
}

/** A server of Pusher's own. */
export function clusterHost(cluster: string): string {
  return `api-${cluster}.pusher.com`;
}

/**
 * The options that a connection string holds.
 *
 * @param text `SCHEME://KEY:SECRET@HOST:PORT/apps/APP_ID`; what is not plain in a URL is escaped
 * @throws Error, without the text, whose secret shall be in no log
 */
export function parseConnectionUrl(text: string): AddressOptions & AppKey & { readonly appId: string } {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const appId = url && /^\/apps\/([^/]+)\/?$/.exec(url.pathname)?.[1];
  if (!url?.username || !url.password || !appId) {
    throw new Error("The URL must have the form SCHEME://KEY:SECRET@HOST:PORT/apps/APP_ID");
  }
  return {
    appId: decodeURIComponent(appId),
    key: decodeURIComponent(url.username),
    secret: decodeURIComponent(url.password),
    scheme: url.protocol.slice(0, -1),
    host: url.hostname,
    port: url.port,
  };
}
