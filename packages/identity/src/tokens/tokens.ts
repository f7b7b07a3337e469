import { APIError } from "../api-error.ts";
import type { Templates } from "../auth.ts";
import type { AuthData, AuthHandler } from "../auth-handler.ts";
import { bearer, type Param } from "../params.ts";
import type { Passports } from "../propagation.ts";
import { realtimeId } from "../realtime-id.ts";
import { withShown } from "../shown.ts";
import { KeyRing, type RingKey } from "./key-ring.ts";
import { createOpaque, readOpaque } from "./opaque.ts";
import { isSealed, open, type Parties, seal } from "./sealed.ts";
import type { PermanentToken, Session, Subject, TokenStore } from "./store.ts";
import { type SigningKey, type Template, TemplateSigner } from "./templates.ts";

export interface TokensOptions extends Parties {
  /** The newest first: it seals, and all open. */
  readonly keys: readonly RingKey[];
  readonly store: TokenStore;
  /** How long an access token lasts, in seconds; 15 minutes unless given. */
  readonly expiration?: number | undefined;
  /** How long a refresh token waits to be used, in seconds; 30 days unless given. */
  readonly refreshExpiration?: number | undefined;
  /** Tokens for other services, by name. */
  readonly templates?: Readonly<Record<string, (auth: AuthData) => Template>> | undefined;
  /** What signs those, newest first; without any, a key is made that ends with the process. */
  readonly signingKeys?: readonly SigningKey[] | undefined;
  /**
   * Hears whose sessions were revoked, after they were, so that their connections can be ended: no sign-in from then on succeeds.
   *
   * @param user the id by which the realtime server knows the user
   */
  readonly onRevoke?: ((user: string) => unknown) | undefined;
}

/** What somebody who has signed in holds. */
export interface TokenPair {
  readonly authToken: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly expiresIn: number;
  readonly sessionId: string;
}

/** What a token says beside whose it is. */
export interface Issued {
  readonly table?: string | undefined;
  readonly extras?: Readonly<Record<string, unknown>> | undefined;
}

export interface TokenHandlerOptions {
  /** Where the token is; a bearer token unless given. */
  readonly token?: Param | undefined;
  /** Only tokens of this table; those without a table unless given. */
  readonly table?: string | undefined;
  /**
   * `session` (the default) looks whether the session still stands, so that who was signed out is nobody at once; `none` asks no
   * store, and who was signed out is nobody when the token has expired.
   */
  readonly revocation?: "session" | "none" | undefined;
}

/** Makes tokens, and the handlers that take them. */
export interface Tokens extends Templates, Passports {
  /** An access token alone, without a session that could be revoked. @param options `expiration` in seconds */
  createAuthToken(userId: string, options?: Issued & { readonly expiration?: number | undefined }): Promise<string>;
  /** Begins a session. */
  issue(userId: string, options?: Issued): Promise<TokenPair>;
  /**
   * The next pair for a refresh token, which is good for one use. A second use means that somebody else has it: the whole session is
   * revoked then.
   *
   * @throws APIError `unauthenticated`
   */
  refresh(refreshToken: string): Promise<TokenPair>;
  /** Ends one session, or all of a user; `onRevoke` is told after. */
  revoke(
    whose: { readonly sessionId: string } | { readonly userId: string; readonly table?: string | undefined },
  ): Promise<void>;
  /** A token without an end, for a service. It can be seen here and never again. */
  createPermanent(
    options: Issued & { readonly name: string; readonly userId: string },
  ): Promise<{ readonly id: string; readonly token: string }>;
  /** Those that there are, without their secrets; newest first. */
  permanent(): Promise<readonly Omit<PermanentToken, "digest">[]>;
  /** @returns whether it was good until now */
  revokePermanent(id: string): Promise<boolean>;
  /** Takes access tokens. */
  handler(options?: TokenHandlerOptions): AuthHandler;
  /** Takes permanent tokens, but from no browser. */
  permanentHandler(options?: { readonly token?: Param | undefined }): AuthHandler;
  /** Takes what `identity.fetch` of another service says of the caller. @param audience the origin of this service */
  passportHandler(options: { readonly audience: string }): AuthHandler;
  /** `GET /.well-known/jwks.json`: the keys by which other services verify the tokens of templates. */
  readonly jwks: () => Promise<Response>;
}

/** For how long another service believes who is calling, in seconds. */
const passportExpiration = 60;

/** @throws Error if the keys are none, weak or named twice */
export function createTokens(options: TokensOptions): Tokens {
  const { issuer, audience, store, expiration = 900, refreshExpiration = 30 * 86_400, onRevoke } = options;
  const ring = new KeyRing(options.keys);
  const signer = new TemplateSigner(issuer, options.templates ?? {}, options.signingKeys);
  const parties = { issuer, audience };

  const sealFor = (subject: Subject, extras: unknown, sid: string | undefined, seconds: number): Promise<string> => {
    const { userId: sub, table } = subject;
    return seal(
      ring,
      "access",
      parties,
      { sub, ...(table && { table }), ...(sid !== undefined && { sid }), extras },
      seconds,
    );
  };

  const pairFor = async (session: Session): Promise<TokenPair> => {
    const { id, digest, token } = await createOpaque("rt");
    const expiresAt = Date.now() + refreshExpiration * 1000;
    await store.addRefreshToken({ id, digest, sessionId: session.id, expiresAt, usedAt: null });
    const authToken = await sealFor(session, JSON.parse(session.extras), session.id, expiration);
    return { authToken, refreshToken: token, expiresIn: expiration, sessionId: session.id };
  };

  const revoke = async (whose: { readonly sessionId: string } | Subject): Promise<void> => {
    const revoked = await store.revokeSessions(whose, Date.now());
    const users = new Set(revoked.map(realtimeId));
    if ("userId" in whose) users.add(realtimeId(whose)); // whoever signed in without a session too
    await Promise.all(Array.from(users, (user) => onRevoke?.(user)));
  };

  return {
    createAuthToken: (userId, { table = "", extras = {}, expiration: seconds = expiration } = {}) =>
      sealFor({ userId, table }, extras, undefined, seconds),

    async issue(userId, { table = "", extras = {} } = {}) {
      const session: Session = {
        id: crypto.randomUUID(),
        userId,
        table,
        extras: JSON.stringify(extras),
        createdAt: Date.now(),
        revokedAt: null,
      };
      await store.addSession(session);
      return pairFor(session);
    },

    async refresh(refreshToken) {
      const shown = await readOpaque("rt", refreshToken);
      const known = shown && (await store.refreshToken(shown.id));
      if (!known || known.digest !== shown.digest) throw APIError.unauthenticated("The refresh token is not known");
      if (known.expiresAt <= Date.now()) throw APIError.unauthenticated("The refresh token has expired");
      const session = await store.session(known.sessionId);
      if (!session || session.revokedAt !== null) throw APIError.unauthenticated("The session has ended");
      if (await store.useRefreshToken(known.id, Date.now())) return pairFor(session);
      await revoke({ sessionId: session.id });
      throw APIError.unauthenticated(
        "The refresh token was used before: somebody else may have it, so the session has ended",
      );
    },

    revoke: (whose) => revoke("sessionId" in whose ? whose : { userId: whose.userId, table: whose.table ?? "" }),

    async createPermanent({ name, userId, table = "", extras = {} }) {
      const { id, digest, token } = await createOpaque("pat");
      const row = { id, name, userId, table, digest, extras: JSON.stringify(extras) };
      await store.addPermanentToken({ ...row, createdAt: Date.now(), lastUsedAt: null, revokedAt: null });
      return { id, token };
    },
    permanent: async () => (await store.permanentTokens()).map(({ digest: _, ...row }) => row),
    revokePermanent: (id) => store.revokePermanentToken(id, Date.now()),

    handler:
      ({ token: read = bearer(), table, revocation = "session" } = {}) =>
      async (request) => {
        const token = read(request);
        if (token === undefined || token.split(".").length !== 5) return null;
        const { sub, sid, table: own, extras } = await open(ring, "access", parties, token);
        if ((own ?? "") !== (table ?? "")) throw APIError.unauthenticated("The token is of another table");
        if (revocation === "session" && typeof sid === "string") {
          const session = await store.session(sid);
          if (!session || session.revokedAt !== null) throw APIError.unauthenticated("The session has ended");
        }
        return withShown(dataOf(sub as string, sid, own, extras), token);
      },

    permanentHandler:
      ({ token: read = bearer() } = {}) =>
      async (request) => {
        const token = read(request);
        if (!token?.startsWith("pat_")) return null;
        if (request.headers.has("origin") || request.headers.has("sec-fetch-mode")) {
          throw APIError.unauthenticated("A permanent token is for services: no browser may hold one");
        }
        const shown = await readOpaque("pat", token);
        const known = shown && (await store.permanentToken(shown.id));
        if (!known || known.digest !== shown.digest || known.revokedAt !== null) {
          throw APIError.unauthenticated("The permanent token is not known, or was revoked");
        }
        await store.touchPermanentToken(known.id, Date.now());
        return withShown(dataOf(known.userId, undefined, known.table, JSON.parse(known.extras)), token);
      },

    passportHandler:
      ({ audience: own }) =>
      async (request) => {
        const token = bearer()(request);
        if (token === undefined || !isSealed(token, "passport")) return null;
        const { sub, sid, table, extras } = await open(ring, "passport", { issuer, audience: own }, token);
        return withShown(dataOf(sub as string, sid, table, extras), token);
      },

    createPassport({ userId: sub, table, sessionId: sid, extras }, target) {
      const claims = { sub, ...(table && { table }), ...(sid !== undefined && { sid }), extras };
      return seal(ring, "passport", { issuer, audience: target }, claims, passportExpiration);
    },
    createTemplateToken: (auth, template, seconds) => signer.sign(auth, template, seconds),
    jwks: async () => Response.json(await signer.keySet(), { headers: { "cache-control": "public, max-age=300" } }),
  };
}

function dataOf(userId: string, sid: unknown, table: unknown, extras: unknown): AuthData {
  return {
    userId,
    ...(typeof sid === "string" && { sessionId: sid }),
    ...(typeof table === "string" && table !== "" && { table }),
    extras: typeof extras === "object" && extras !== null ? (extras as Record<string, unknown>) : {},
  };
}
