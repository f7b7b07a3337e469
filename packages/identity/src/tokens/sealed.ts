import { decodeProtectedHeader, EncryptJWT, errors, type JWTPayload, jwtDecrypt } from "jose";
import { APIError } from "../api-error.ts";
import type { KeyRing } from "./key-ring.ts";

/** What a token is for: one kind is never taken for another. */
export type Use = "access" | "passport";

const types: Readonly<Record<Use, string>> = { access: "at+jwt", passport: "passport+jwt" };
const encryption = "A256CBC-HS512";
/** Of the key, in bytes. */
const keyLength = 64;

/** Who makes tokens, and for whom. */
export interface Parties {
  readonly issuer: string;
  readonly audience: string;
}

/**
 * Seals claims in a JWE that nobody can read or make without the key: `alg: dir`, `enc: A256CBC-HS512`.
 *
 * @param expiration seconds from now
 */
export async function seal(
  ring: KeyRing,
  use: Use,
  { issuer, audience }: Parties,
  claims: JWTPayload,
  expiration: number,
): Promise<string> {
  const key = await ring.bytes(ring.current, use, keyLength);
  const now = Math.floor(Date.now() / 1000);
  return new EncryptJWT(claims)
    .setProtectedHeader({ alg: "dir", enc: encryption, kid: ring.current, typ: types[use] })
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt(now)
    .setExpirationTime(now + expiration)
    .setJti(crypto.randomUUID())
    .encrypt(key as Uint8Array);
}

/** Whether it looks like one of these tokens: five parts, of which the first is a header of this use. */
export function isSealed(token: string, use: Use): boolean {
  return token.split(".").length === 5 && headerOf(token)?.typ === types[use];
}

/**
 * The claims of a token that was sealed here for this use and these parties, and has not expired.
 *
 * @throws APIError `unauthenticated` that says what is wrong
 */
export async function open(ring: KeyRing, use: Use, { issuer, audience }: Parties, token: string): Promise<JWTPayload> {
  const key = ring.bytes(String(headerOf(token)?.kid), use, keyLength);
  if (!key) throw APIError.unauthenticated("The token was sealed with a key that is not known any more");
  try {
    const { payload } = await jwtDecrypt(token, await key, {
      keyManagementAlgorithms: ["dir"],
      contentEncryptionAlgorithms: [encryption],
      typ: types[use],
      issuer,
      audience,
      requiredClaims: ["sub", "iat", "exp", "jti"],
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired) throw APIError.unauthenticated("The token has expired", { cause: error });
    if (error instanceof errors.JOSEError)
      throw APIError.unauthenticated("The token is not valid here", { cause: error });
    throw error;
  }
}

function headerOf(token: string): ReturnType<typeof decodeProtectedHeader> | undefined {
  try {
    return decodeProtectedHeader(token);
  } catch {
    return undefined;
  }
}
