/** Where a credential may be in a request. */
export type Param = (request: Request) => string | undefined;

/** A header, by its name in any case. */
export function header(name: string): Param {
  return ({ headers }) => headers.get(name) ?? undefined;
}

/** A parameter of the query. Addresses end in logs and histories: never for what is good for longer than minutes. */
export function query(name: string): Param {
  return ({ url }) => new URL(url).searchParams.get(name) ?? undefined;
}

/** A cookie. Of several with one name the first counts, which browsers send for the longest path. */
export function cookie(name: string): Param {
  return ({ headers }) => {
    for (const pair of headers.get("cookie")?.split(";") ?? []) {
      const at = pair.indexOf("=");
      if (at > 0 && pair.slice(0, at).trim() === name) return decoded(pair.slice(at + 1).trim());
    }
    return undefined;
  };
}

export interface BearerOptions {
  /** The header that holds `Bearer <token>`. `Authorization` unless given. */
  readonly header?: string | undefined;
  /** If given, only where this header is `true` is the other one read, and `Authorization` never. */
  readonly onlyIf?: string | undefined;
}

/**
 * A bearer token. `bearer({ header: "X-Xano-Authorization", onlyIf: "X-Xano-Authorization-Only" })` is for pages whose own
 * `Authorization` is for somebody else: where the flag is set, the other header is read; else `Authorization` is.
 */
export function bearer({ header: name = "authorization", onlyIf }: BearerOptions = {}): Param {
  return ({ headers }) => {
    const flagged = onlyIf === undefined || headers.get(onlyIf)?.toLowerCase() === "true";
    const value = headers.get(flagged ? name : "authorization");
    return /^bearer +(\S+) *$/i.exec(value ?? "")?.[1];
  };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
