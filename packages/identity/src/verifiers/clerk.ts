import type { JWTPayload } from "jose";
import type { SessionData } from "../auth.ts";
import type { AuthHandler } from "../auth-handler.ts";
import { bearer, cookie } from "../params.ts";
import { jwks } from "./jwks.ts";

export interface ClerkOptions {
  /** The Frontend API URL, such as `https://clerk.example.com`. */
  readonly issuer: string;
  /** The origins of your pages, which are the `azp` of the tokens: without them, any page could get one for your backend. */
  readonly authorizedParties: readonly string[];
  /** The public key (PEM) of the dashboard: then nothing is fetched. */
  readonly jwtKey?: string | undefined;
}

/** Takes Clerk's session tokens, by `Authorization` (which wins) or the cookie `__session`. A pending session is nobody's. */
export function clerk({ issuer, authorizedParties, jwtKey }: ClerkOptions): AuthHandler<SessionData> {
  const [fromHeader, fromCookie] = [bearer(), cookie("__session")];
  return jwks({
    issuer,
    authorizedParties,
    publicKey: jwtKey,
    algorithms: ["RS256"],
    token: (request) => fromHeader(request) ?? fromCookie(request),
    data: sessionOf,
  });
}

/** What the claims of a session token say, of version 1 and 2. */
function sessionOf(claims: JWTPayload): SessionData | null {
  const { sub, sid, sts = null, act, fva } = claims as JWTPayload & Record<string, unknown>;
  if (!sub || sts === "pending") return null;
  return {
    userId: sub,
    sessionId: sid as string,
    sessionClaims: claims,
    sessionStatus: sts as string | null,
    actor: (act ?? null) as SessionData["actor"],
    factorVerificationAge: (fva ?? null) as SessionData["factorVerificationAge"],
    ...(claims["v"] === 2 ? organizationOf(claims) : organizationOfVersion1(claims)),
  };
}

type Organization = Pick<SessionData, "orgId" | "orgSlug" | "orgRole" | "orgPermissions">;

function organizationOfVersion1(claims: JWTPayload): Organization {
  const { org_id, org_slug, org_role, org_permissions } = claims as Record<string, unknown>;
  return {
    orgId: (org_id ?? null) as string | null,
    orgSlug: (org_slug ?? null) as string | null,
    orgRole: (org_role ?? null) as string | null,
    orgPermissions: (org_permissions ?? null) as readonly string[] | null,
  };
}

function organizationOf(claims: JWTPayload): Organization {
  const { id, slg, rol, per, fpm } = (claims["o"] ?? {}) as Readonly<Record<string, string | undefined>>;
  if (id === undefined) return {};
  const orgRole = rol === undefined ? null : `org:${rol}`;
  return {
    orgId: id,
    orgSlug: slg ?? null,
    orgRole,
    orgPermissions: permissionsOf(String(claims["fea"] ?? ""), per, fpm),
  };
}

/**
 * Permissions are packed: `fea` lists features (`o:` for those of the organization), `per` the names of permissions, and `fpm` for each
 * feature the bits of those that it has.
 */
function permissionsOf(fea: string, per: string | undefined, fpm: string | undefined): readonly string[] {
  if (!per || !fpm) return [];
  const names = per.split(",");
  const masks = fpm.split(",").map(Number);
  const features = fea.split(",").filter((feature) => /^[a-z]*o[a-z]*:/.test(feature));
  return features.flatMap((feature, at) => {
    const mask = masks[at] ?? 0;
    const own = names.filter((_, bit) => (mask & (1 << bit)) !== 0);
    return own.map((name) => `org:${feature.slice(feature.indexOf(":") + 1)}:${name}`);
  });
}
