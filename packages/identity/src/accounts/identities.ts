import type { Kysely } from "kysely";
import type { User, Users } from "./users.ts";

interface IdentityRow {
  user_table: string;
  /** Who says it. */
  issuer: string;
  /** By which name the issuer knows them. */
  subject: string;
  user_id: string;
}

export interface IdentityTables {
  usher_identities: IdentityRow;
}

export async function createIdentityTables(db: Kysely<IdentityTables>): Promise<void> {
  await db.schema
    .createTable("usher_identities")
    .ifNotExists()
    .addColumn("user_table", "text", (column) => column.notNull())
    .addColumn("issuer", "text", (column) => column.notNull())
    .addColumn("subject", "text", (column) => column.notNull())
    .addColumn("user_id", "text", (column) => column.notNull())
    .addPrimaryKeyConstraint("usher_identities_of_user", ["user_table", "issuer", "subject"])
    .execute();
}

/**
 * The user whom an issuer knows by this subject, made if there is none yet. Never by an e-mail address: whoever had signed up here with
 * somebody else's would get what is theirs.
 */
export async function userOfIdentity(
  db: Kysely<IdentityTables>,
  users: Users,
  { table, issuer, subject }: { readonly table: string; readonly issuer: string; readonly subject: string },
): Promise<User> {
  const find = async (): Promise<User | undefined> => {
    const rows = db.selectFrom("usher_identities").select("user_id").where("user_table", "=", table);
    const row = await rows.where("issuer", "=", issuer).where("subject", "=", subject).executeTakeFirst();
    return row && users.getUser(row.user_id);
  };
  const known = await find();
  if (known) return known;
  const user = await users.add({}, null);
  const row = { user_table: table, issuer, subject, user_id: user.id };
  // Of two who come at the same time for the first time, the first to be written is who they are.
  await db
    .insertInto("usher_identities")
    .values(row)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return (await find()) ?? user;
}
