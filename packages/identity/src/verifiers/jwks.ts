import {
  createRemoteJWKSet,
  decodeJwt,
  errors,
  importSPKI,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from "jose";
import { APIError } from "../api-error.ts";
import type { SessionData } from "../auth.ts";
import type { AuthHandler } from "../auth-handler.ts";
import { bearer, type Param } from "../params.ts";
import { withShown } from "../shown.ts";

export interface JwksOptions<A extends SessionData = SessionData> {
  /** The `iss` of its tokens, to the letter. A token of another issuer is not this handler's. */
  readonly issuer: string;
  /** The `aud` that its tokens must have; not looked at unless given. */
  readonly audience?: string | undefined;
  /** Where its keys are; `/.well-known/jwks.json` below the issuer unless given. */
  readonly jwksUri?: string | undefined;
  /** Its public key (PEM), in the place of a `jwksUri`: then nothing is fetched. */
  readonly publicKey?: string | undefined;
  /** RS256 and ES256 unless given. Never an algorithm of shared secrets. */
  readonly algorithms?: readonly string[] | undefined;
  /** The `azp` that its tokens must have, one of them: the origins of your pages. Not looked at unless given. */
  readonly authorizedParties?: readonly string[] | undefined;
  /** Where the token is; a bearer token unless given. */
  readonly token?: Param | undefined;
  /** What is known of the caller by the claims; the `sub` and the `sid` unless given. Null for nobody. */
  readonly data?: ((claims: JWTPayload) => A | null) | undefined;
}

/** What says of a token that it proves nothing; any other error says that its issuer cannot be asked. */
const refusals = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
];

/** Seconds by which clocks may differ. */
const clockTolerance = 5;

/**
 * Takes tokens (JWTs) that somebody else has signed, by the keys that they publish.
 *
 * @returns a handler whose promise rejects, and so ends the request with 503, if the keys cannot be had: an outage makes nobody anonymous
 * @throws Error if an algorithm is one of shared secrets
 */
export function jwks<A extends SessionData = SessionData>(options: JwksOptions<A>): AuthHandler<A> {
  const { issuer, audience, authorizedParties, token: read = bearer(), algorithms = ["RS256", "ES256"] } = options;
  const data = options.data ?? (bySub as (claims: JWTPayload) => A | null);
  const shared = algorithms.find((one) => /^HS|^none$/i.test(one));
  if (shared) throw new Error(`${shared} is an algorithm of shared secrets: whoever can verify by it can sign`);
  const key = keyOf(options);

  return async (request) => {
    const token = read(request);
    if (token === undefined || issuerOf(token) !== issuer) return null;
    try {
      const { payload } = await jwtVerify(token, key, {
        issuer,
        ...(audience !== undefined && { audience }),
        algorithms: [...algorithms],
        clockTolerance,
        requiredClaims: ["sub", "exp"],
      });
      if (authorizedParties && !authorizedParties.includes(String(payload["azp"]))) {
        throw APIError.unauthenticated("The token was not made for this page (azp)");
      }
      const known = data(payload);
      return known && withShown(known, token);
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw APIError.unauthenticated("The token has expired", { cause: error });
      if (refusals.some((refusal) => error instanceof refusal)) {
        throw APIError.unauthenticated("The token is not valid here", { cause: error });
      }
      if (error instanceof APIError) throw error;
      throw new APIError("unavailable", `The keys of ${issuer} cannot be had at the moment`, { cause: error });
    }
  };
}

function keyOf({ issuer, jwksUri, publicKey, algorithms }: JwksOptions): JWTVerifyGetKey {
  if (publicKey !== undefined) {
    const imported = importSPKI(publicKey, algorithms?.[0] ?? "RS256");
    imported.catch(() => {}); // whoever verifies hears of it
    return () => imported;
  }
  return createRemoteJWKSet(new URL(jwksUri ?? `${issuer.replace(/\/$/, "")}/.well-known/jwks.json`));
}

/** Whose the token says it is; not yet believed. */
function issuerOf(token: string): string | undefined {
  if (token.split(".").length !== 3) return undefined;
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

function bySub(claims: JWTPayload): SessionData | null {
  const { sub, sid } = claims;
  if (!sub) return null;
  return { userId: sub, ...(typeof sid === "string" && { sessionId: sid }), sessionClaims: claims };
}
