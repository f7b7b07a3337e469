/** Where a request comes from: this server's own pages or no browser at all, an origin on the allow-list, or anywhere else. */
export type Provenance = "own" | "allowed" | "foreign";

/**
 * Judges by `Origin` and `Sec-Fetch-Site`, which a page cannot forge. A browser sends a form across sites with the victim's cookies and
 * without asking first, so this is what stands between a foreign page and a signature made in the victim's name.
 *
 * A page is this server's own if its origin is that of the request's URL. Behind a proxy that URL may be the inner one; hence an
 * origin made of the `Host` header counts too, under the URL's scheme or under https, for TLS may have ended at the proxy. A proxy that
 * rewrites `Host` as well leaves nothing to compare with: put the public origin on the allow-list then.
 *
 * `Origin: null` (sandboxed frames, local files) is foreign. A request with neither header comes from a server or a native app.
 */
export function provenance(request: Request, allowed: ReadonlySet<string>): Provenance {
  const origin = request.headers.get("origin");
  if (origin !== null && allowed.has(origin)) return "allowed";
  const site = request.headers.get("sec-fetch-site");
  if (site === "cross-site" || site === "same-site") return "foreign";
  return origin === null || ownOrigins(request).includes(origin) ? "own" : "foreign";
}

function ownOrigins(request: Request): string[] {
  const url = new URL(request.url);
  const host = request.headers.get("host");
  const addresses = host === null ? [] : [`${url.protocol}//${host}`, `https://${host}`];
  return [url.origin, ...addresses.flatMap((address) => (URL.canParse(address) ? new URL(address).origin : []))];
}

/**
 * The allow-list, ready to be asked.
 *
 * @throws Error if an entry could never equal what a browser sends
 */
export function parseOrigins(origins: readonly string[]): ReadonlySet<string> {
  const wrong = origins.find(
    (origin) => !/^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\s]+$/.test(origin) || asBrowsersWrite(origin) !== origin,
  );
  if (wrong === undefined) return new Set(origins);
  throw new Error(
    `allowedOrigins has ${JSON.stringify(wrong)}: write each origin in full, in lower case, such as https://shop.example`,
  );
}

/** Browsers leave away the port that is the scheme's own, and write names in small ASCII letters. */
function asBrowsersWrite(origin: string): string | undefined {
  if (!URL.canParse(origin)) return undefined;
  const url = new URL(origin);
  return url.origin === "null" ? origin : url.origin; // those of apps, such as capacitor://localhost, have no rules
}

/** The headers that let the pages of an allowed origin call the endpoints and read the answers. */
export function corsHeaders(request: Request): Record<string, string> {
  return {
    "access-control-allow-origin": request.headers.get("origin") ?? "",
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "POST",
    "access-control-allow-headers": "Authorization, X-CSRF-Token, Content-Type",
    "access-control-expose-headers": "WWW-Authenticate",
    "access-control-max-age": "600",
  };
}
