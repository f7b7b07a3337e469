/** Whose a token is. */
export interface Subject {
  readonly userId: string;
  /** The table of users that the id is of, where there are several; "" where there is one. */
  readonly table: string;
}

/** A sign-in and what has come of it: all its refresh tokens are one family. */
export interface Session extends Subject {
  readonly id: string;
  /** What the app has put into its tokens, as JSON. */
  readonly extras: string;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly revokedAt: number | null;
}

/** One refresh token. It is good for one use. */
export interface RefreshToken {
  readonly id: string;
  readonly sessionId: string;
  readonly digest: string;
  readonly expiresAt: number;
  readonly usedAt: number | null;
}

/** A token without an end, for a service. */
export interface PermanentToken extends Subject {
  readonly id: string;
  readonly name: string;
  readonly digest: string;
  readonly extras: string;
  readonly createdAt: number;
  readonly lastUsedAt: number | null;
  readonly revokedAt: number | null;
}

/** What tokens need to remember. All members of the family pass `store.contract.ts`. */
export interface TokenStore {
  addSession(session: Session): Promise<void>;
  session(id: string): Promise<Session | undefined>;
  /** Revokes one session, or all of a user. @returns those that were not revoked before */
  revokeSessions(whose: { readonly sessionId: string } | Subject, at: number): Promise<readonly Session[]>;

  addRefreshToken(token: RefreshToken): Promise<void>;
  refreshToken(id: string): Promise<RefreshToken | undefined>;
  /** Marks it as used, unless it is. @returns whether it was this call: of several at the same time one alone hears yes */
  useRefreshToken(id: string, at: number): Promise<boolean>;

  addPermanentToken(token: PermanentToken): Promise<void>;
  permanentToken(id: string): Promise<PermanentToken | undefined>;
  /** Newest first, the revoked ones too. */
  permanentTokens(): Promise<readonly PermanentToken[]>;
  touchPermanentToken(id: string, at: number): Promise<void>;
  /** @returns whether it was good until now */
  revokePermanentToken(id: string, at: number): Promise<boolean>;
}
