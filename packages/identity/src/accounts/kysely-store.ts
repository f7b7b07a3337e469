import type { Kysely, Selectable } from "kysely";
import type { PermanentToken, Session, TokenStore } from "../tokens/store.ts";
import type { TokenTables } from "./tables.ts";

/** A store in a database of SQL. `createTokenTables` makes its tables. */
export function kyselyStore(db: Kysely<TokenTables>): TokenStore {
  return {
    async addSession({ id, userId, table, extras, createdAt, revokedAt }) {
      const row = { id, user_id: userId, user_table: table, extras, created_at: createdAt, revoked_at: revokedAt };
      await db.insertInto("usher_sessions").values(row).execute();
    },
    async session(id) {
      const row = await db.selectFrom("usher_sessions").selectAll().where("id", "=", id).executeTakeFirst();
      return row && sessionOf(row);
    },
    async revokeSessions(whose, at) {
      const update = db.updateTable("usher_sessions").set({ revoked_at: at }).where("revoked_at", "is", null);
      const meant =
        "sessionId" in whose
          ? update.where("id", "=", whose.sessionId)
          : update.where("user_table", "=", whose.table).where("user_id", "=", whose.userId);
      return (await meant.returningAll().execute()).map((row) => ({ ...sessionOf(row), revokedAt: null }));
    },

    async addRefreshToken({ id, sessionId, digest, expiresAt, usedAt }) {
      const row = { id, session_id: sessionId, digest, expires_at: expiresAt, used_at: usedAt };
      await db.insertInto("usher_refresh_tokens").values(row).execute();
    },
    async refreshToken(id) {
      const row = await db.selectFrom("usher_refresh_tokens").selectAll().where("id", "=", id).executeTakeFirst();
      if (!row) return undefined;
      const { session_id: sessionId, digest, expires_at, used_at } = row;
      return { id, sessionId, digest, expiresAt: Number(expires_at), usedAt: time(used_at) };
    },
    async useRefreshToken(id, at) {
      // One statement, so that of several at the same time the database lets one alone through.
      const use = db.updateTable("usher_refresh_tokens").set({ used_at: at }).where("id", "=", id);
      const { numUpdatedRows } = await use.where("used_at", "is", null).executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },

    async addPermanentToken({ id, name, userId, table, digest, extras, createdAt, lastUsedAt, revokedAt }) {
      const times = { created_at: createdAt, last_used_at: lastUsedAt, revoked_at: revokedAt };
      const row = { id, name, user_id: userId, user_table: table, digest, extras, ...times };
      await db.insertInto("usher_permanent_tokens").values(row).execute();
    },
    async permanentToken(id) {
      const row = await db.selectFrom("usher_permanent_tokens").selectAll().where("id", "=", id).executeTakeFirst();
      return row && permanentTokenOf(row);
    },
    async permanentTokens() {
      const rows = db.selectFrom("usher_permanent_tokens").selectAll().orderBy("created_at", "desc").orderBy("id");
      return (await rows.execute()).map(permanentTokenOf);
    },
    async touchPermanentToken(id, at) {
      await db.updateTable("usher_permanent_tokens").set({ last_used_at: at }).where("id", "=", id).execute();
    },
    async revokePermanentToken(id, at) {
      const revoke = db.updateTable("usher_permanent_tokens").set({ revoked_at: at }).where("id", "=", id);
      const { numUpdatedRows } = await revoke.where("revoked_at", "is", null).executeTakeFirstOrThrow();
      return numUpdatedRows > 0n;
    },
  };
}

function sessionOf(row: Selectable<TokenTables["usher_sessions"]>): Session {
  const { id, user_id: userId, user_table: table, extras, created_at, revoked_at } = row;
  return { id, userId, table, extras, createdAt: Number(created_at), revokedAt: time(revoked_at) };
}

function permanentTokenOf(row: Selectable<TokenTables["usher_permanent_tokens"]>): PermanentToken {
  const { id, name, user_id: userId, user_table: table, digest, extras, created_at, last_used_at, revoked_at } = row;
  const times = { createdAt: Number(created_at), lastUsedAt: time(last_used_at), revokedAt: time(revoked_at) };
  return { id, name, userId, table, digest, extras, ...times };
}

function time(value: number | string | null): number | null {
  return value === null ? null : Number(value);
}
