import type { PermanentToken, RefreshToken, Session, TokenStore } from "./store.ts";

/** A store for tests and trials: what it remembers ends with the process. */
export function memoryStore(): TokenStore {
  const sessions = new Map<string, Session>();
  const refreshTokens = new Map<string, RefreshToken>();
  const permanentTokens = new Map<string, PermanentToken>();

  /** Changes a row if it is as it should be. @returns the row as it was, if it was changed */
  function change<Row>(
    rows: Map<string, Row>,
    id: string,
    isRight: (row: Row) => boolean,
    by: Partial<Row>,
  ): Row | undefined {
    const row = rows.get(id);
    if (row === undefined || !isRight(row)) return undefined;
    rows.set(id, { ...row, ...by });
    return row;
  }

  return {
    async addSession(session) {
      sessions.set(session.id, session);
    },
    session: async (id) => sessions.get(id),
    async revokeSessions(whose, revokedAt) {
      const meant = [...sessions.values()].filter((session) =>
        "sessionId" in whose
          ? session.id === whose.sessionId
          : session.userId === whose.userId && session.table === whose.table,
      );
      return meant.filter(({ id }) => change(sessions, id, (row) => row.revokedAt === null, { revokedAt }));
    },

    async addRefreshToken(token) {
      refreshTokens.set(token.id, token);
    },
    refreshToken: async (id) => refreshTokens.get(id),
    useRefreshToken: async (id, usedAt) =>
      change(refreshTokens, id, (row) => row.usedAt === null, { usedAt }) !== undefined,

    async addPermanentToken(token) {
      permanentTokens.set(token.id, token);
    },
    permanentToken: async (id) => permanentTokens.get(id),
    permanentTokens: async () => [...permanentTokens.values()].reverse(),
    async touchPermanentToken(id, lastUsedAt) {
      change(permanentTokens, id, () => true, { lastUsedAt });
    },
    revokePermanentToken: async (id, revokedAt) =>
      change(permanentTokens, id, (row) => row.revokedAt === null, { revokedAt }) !== undefined,
  };
}
