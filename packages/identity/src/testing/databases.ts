import { Kysely, PostgresDialect, SqliteDialect, sql } from "kysely";
import Libsql from "libsql";
import pg from "pg";
import { afterAll, beforeAll } from "vitest";
import { type PostgresServer, startPostgres } from "../../../../tests/support/postgres-server.ts";
import type { TokenTables } from "../accounts/tables.ts";
import type { AccountTables } from "../accounts.ts";

/** With the tables of everything here. */
export type Database = Kysely<TokenTables & AccountTables>;

/** A kind of database that accounts can be kept in. */
export interface DatabaseKind {
  readonly title: string;
  /** An empty one. */
  open(): Promise<Database>;
}

/** A database in memory. */
export const sqlite: DatabaseKind = {
  title: "SQLite",
  open: async () => new Kysely({ dialect: new SqliteDialect({ database: new Libsql(":memory:") as never }) }),
};

/** One Postgres for the tests of a file; each gets a schema that is empty. */
export function postgres(): DatabaseKind {
  let server: PostgresServer;
  let db: Database;
  beforeAll(async () => {
    server = await startPostgres();
    const pool = new pg.Pool({ connectionString: server.url });
    pool.on("error", () => {}); // it is killed before its connections are
    db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  }, 60_000);
  afterAll(async () => {
    await db.destroy();
    await server.stop();
  });
  return {
    title: "Postgres",
    async open() {
      await sql`drop schema public cascade`.execute(db);
      await sql`create schema public`.execute(db);
      return db;
    },
  };
}
