import type { Kysely } from "kysely";

/** A row of what tokens remember; times in milliseconds since 1970, which Postgres gives as text. */
type Time = number | string;

interface SessionRow {
  id: string;
  user_id: string;
  user_table: string;
  extras: string;
  created_at: Time;
  revoked_at: Time | null;
}

interface RefreshTokenRow {
  id: string;
  session_id: string;
  digest: string;
  expires_at: Time;
  used_at: Time | null;
}

interface PermanentTokenRow {
  id: string;
  name: string;
  user_id: string;
  user_table: string;
  digest: string;
  extras: string;
  created_at: Time;
  last_used_at: Time | null;
  revoked_at: Time | null;
}

/** The tables of tokens, beside whatever else the database of the app has. */
export interface TokenTables {
  usher_sessions: SessionRow;
  usher_refresh_tokens: RefreshTokenRow;
  usher_permanent_tokens: PermanentTokenRow;
}

/** Makes the tables that are not there yet. On SQLite and on Postgres. */
export async function createTokenTables(db: Kysely<TokenTables>): Promise<void> {
  const { schema } = db;
  await schema
    .createTable("usher_sessions")
    .ifNotExists()
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("user_table", "text", (column) => column.notNull())
    .addColumn("extras", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("revoked_at", "bigint")
    .execute();
  await schema
    .createIndex("usher_sessions_of_user")
    .ifNotExists()
    .on("usher_sessions")
    .columns(["user_table", "user_id"])
    .execute();
  await schema
    .createTable("usher_refresh_tokens")
    .ifNotExists()
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("session_id", "text", (column) => column.notNull().references("usher_sessions.id").onDelete("cascade"))
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("expires_at", "bigint", (column) => column.notNull())
    .addColumn("used_at", "bigint")
    .execute();
  await schema
    .createTable("usher_permanent_tokens")
    .ifNotExists()
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("name", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull())
    .addColumn("user_table", "text", (column) => column.notNull())
    .addColumn("digest", "text", (column) => column.notNull())
    .addColumn("extras", "text", (column) => column.notNull())
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addColumn("last_used_at", "bigint")
    .addColumn("revoked_at", "bigint")
    .execute();
}
