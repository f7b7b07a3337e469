import type { Kysely } from "kysely";
import { APIError } from "../api-error.ts";
import type { AuthHandler } from "../auth-handler.ts";
import { type JwksOptions, jwks } from "../verifiers/jwks.ts";
import { readBody } from "./body.ts";
import type { Desk, WebHandler } from "./desk.ts";
import { type IdentityTables, userOfIdentity } from "./identities.ts";

/** Somebody who says by id tokens who people are (OpenID Connect). */
export type OidcOptions = Pick<JwksOptions, "issuer" | "jwksUri" | "algorithms"> & {
  /** As whom the issuer knows this app: only its id tokens are taken. */
  readonly clientId: string;
};

/** Signing in by what somebody else says. */
export interface OidcRoutes {
  /** `POST { idToken }` -> a pair of tokens of this app; 401 if it proves nothing. */
  readonly oidc: WebHandler;
}

export function oidcRoutes(desk: Desk, db: Kysely<IdentityTables>, issuers: readonly OidcOptions[]): OidcRoutes {
  const { table = "", users, welcome, route } = desk;
  const handlers = issuers.map(({ clientId, ...options }) => {
    const handler: AuthHandler = jwks({ ...options, audience: clientId });
    return { issuer: options.issuer, handler };
  });
  return {
    oidc: route("POST", async (request) => {
      const { idToken } = await readBody(request);
      if (typeof idToken !== "string") throw new APIError("invalid_argument", "idToken is missing");
      const shown = new Request(request.url, { headers: { authorization: `Bearer ${idToken}` } });
      for (const { issuer, handler } of handlers) {
        const known = await handler(shown);
        if (known) return welcome(await userOfIdentity(db, users, { table, issuer, subject: known.userId }));
      }
      throw APIError.unauthenticated("The id token is of nobody who is known here");
    }),
  };
}
