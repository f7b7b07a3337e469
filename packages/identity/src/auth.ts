import type { APIError } from "./api-error.ts";
import type { AuthData } from "./auth-handler.ts";
import { type Membership, type Requirement, satisfies } from "./has.ts";

/** What a token may be asked for. */
export interface TokenOptions {
  /** The name of a template, for a token that another service understands. */
  readonly template?: string | undefined;
  /** How long that token lasts; the template's own time unless given. */
  readonly expiresInSeconds?: number | undefined;
}

/** Makes tokens of templates. */
export interface Templates {
  createTemplateToken(auth: AuthData, template: string, expiresInSeconds?: number): Promise<string>;
}

/** What a verifier may know beside the user, in Clerk's words. */
export interface SessionData extends AuthData, Membership {
  readonly sessionStatus?: string | null | undefined;
  readonly actor?: Readonly<Record<string, unknown>> | null | undefined;
  readonly orgId?: string | null | undefined;
  readonly orgSlug?: string | null | undefined;
  /** Minutes since the first and the second factor were last shown; -1 for never. */
  readonly factorVerificationAge?: readonly [number, number] | null | undefined;
}

/** A caller who is known: what the handler says, and Clerk's members. */
export type SignedInAuth<A extends AuthData = AuthData> = A & {
  readonly tokenType: "session_token";
  readonly isAuthenticated: true;
  readonly userId: string;
  readonly sessionId: string | null;
  readonly sessionClaims: Readonly<Record<string, unknown>> | null;
  readonly sessionStatus: string | null;
  readonly actor: Readonly<Record<string, unknown>> | null;
  readonly orgId: string | null;
  readonly orgRole: string | null;
  readonly orgSlug: string | null;
  readonly orgPermissions: readonly string[] | null;
  readonly factorVerificationAge: readonly [number, number] | null;
  /** The token that was shown; with a template, one that another service understands. */
  getToken(options?: TokenOptions): Promise<string | null>;
  /** Whether all that is asked holds. */
  has(requirement: Requirement): boolean;
  /** What helps to find out what went wrong, without secrets. */
  debug(): Readonly<Record<string, unknown>>;
};

/** Nobody who is known. */
export type SignedOutAuth = {
  readonly tokenType: null;
  readonly isAuthenticated: false;
  readonly error: APIError | null;
} & {
  readonly [Name in Exclude<
    keyof SignedInAuth,
    "tokenType" | "isAuthenticated" | "getToken" | "has" | "debug" | "table" | "extras"
  >]: null;
} & {
  getToken(options?: TokenOptions): Promise<null>;
  has(requirement?: Requirement): false;
  debug(): Readonly<Record<string, unknown>>;
};

/** Who is calling. `error` says why a credential that was shown proves nothing. */
export type Auth<A extends AuthData = AuthData> = (SignedInAuth<A> & { readonly error: null }) | SignedOutAuth;

/** @param token what was shown; nothing that lists the object shows it */
export function signedIn<A extends SessionData>(data: A, token: string | undefined, templates?: Templates): Auth<A> {
  const { sessionId = null, sessionClaims = null, sessionStatus = null, actor = null } = data;
  const { orgId = null, orgRole = null, orgSlug = null, orgPermissions = null, factorVerificationAge = null } = data;
  const auth = {
    ...data,
    tokenType: "session_token",
    isAuthenticated: true,
    sessionId,
    sessionClaims,
    sessionStatus,
    actor,
    orgId,
    orgRole,
    orgSlug,
    orgPermissions,
    factorVerificationAge,
    async getToken({ template, expiresInSeconds }: TokenOptions = {}) {
      if (template === undefined) return token ?? null;
      if (!templates)
        throw new Error(`There is no template "${template}": give createIdentity the tokens that know it`);
      return templates.createTemplateToken(data, template, expiresInSeconds);
    },
    has: (requirement: Requirement) => satisfies(data, requirement),
    debug: () => ({ userId: data.userId, sessionId, token: hint(token) }),
  };
  return withError(auth, null) as unknown as Auth<A>;
}

/** @param error why what was shown proves nothing, if something was */
export function signedOut(error: APIError | null): SignedOutAuth {
  const auth = {
    tokenType: null,
    isAuthenticated: false,
    userId: null,
    sessionId: null,
    sessionClaims: null,
    sessionStatus: null,
    actor: null,
    orgId: null,
    orgRole: null,
    orgSlug: null,
    orgPermissions: null,
    factorVerificationAge: null,
    getToken: async () => null,
    has: () => false as const,
    debug: () => ({ error: error?.message ?? null }),
  };
  return withError(auth, error) as unknown as SignedOutAuth;
}

/** Clerk's object has no such member, and code that lists it shall find Clerk's. */
function withError<T extends object>(auth: T, error: APIError | null): T {
  return Object.defineProperty(auth, "error", { value: error, enumerable: false });
}

/** So much of a secret tells which one it is, and no more. */
function hint(token: string | undefined): string | null {
  return token === undefined ? null : `${token.slice(0, 7)}…`;
}
