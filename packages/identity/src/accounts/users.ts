import type { Kysely } from "kysely";
import { APIError } from "../api-error.ts";

/** A user, as everybody who may see them does. */
export interface User {
  readonly id: string;
  readonly email: string | null;
  readonly username: string | null;
  readonly phone: string | null;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

interface UserRow {
  id: string;
  user_table: string;
  email: string | null;
  username: string | null;
  phone: string | null;
  password: string | null;
  created_at: number | string;
}

export interface UserTables {
  usher_users: UserRow;
}

/** What is known of a user who signs in by a password. */
export interface Known {
  readonly user: User;
  readonly password: string | undefined;
}

/** By which name somebody signs in. */
export type Login = { readonly email: string } | { readonly username: string };

export async function createUserTables(db: Kysely<UserTables>): Promise<void> {
  await db.schema
    .createTable("usher_users")
    .ifNotExists()
    .addColumn("id", "text", (column) => column.primaryKey())
    .addColumn("user_table", "text", (column) => column.notNull())
    .addColumn("email", "text")
    .addColumn("username", "text")
    .addColumn("phone", "text")
    .addColumn("password", "text")
    .addColumn("created_at", "bigint", (column) => column.notNull())
    .addUniqueConstraint("usher_users_email", ["user_table", "email"])
    .addUniqueConstraint("usher_users_username", ["user_table", "username"])
    .addUniqueConstraint("usher_users_phone", ["user_table", "phone"])
    .execute();
}

/** The users of one table. */
export class Users {
  readonly #db: Kysely<UserTables>;
  readonly #table: string;

  constructor(db: Kysely<UserTables>, table: string) {
    this.#db = db;
    this.#table = table;
  }

  /** @throws APIError `already_exists` if somebody has the e-mail address or the name */
  async add(
    { email = null, username = null, phone = null }: Partial<Pick<User, "email" | "username" | "phone">>,
    password: string | null,
  ): Promise<User> {
    const row = {
      id: crypto.randomUUID(),
      user_table: this.#table,
      email,
      username,
      phone,
      password,
      created_at: Date.now(),
    };
    // One statement: of two who come at the same time with one name, one finds it taken.
    const added = this.#db
      .insertInto("usher_users")
      .values(row)
      .onConflict((conflict) => conflict.doNothing());
    if ((await added.executeTakeFirst()).numInsertedOrUpdatedRows === 0n) {
      throw new APIError("already_exists", "Somebody has this e-mail address or name");
    }
    return userOf(row);
  }

  /** @throws APIError `not_found` */
  async getUser(id: string): Promise<User> {
    const row = await this.#rows().where("id", "=", id).executeTakeFirst();
    if (!row) throw new APIError("not_found", "There is no such user");
    return userOf(row);
  }

  async find(login: Login): Promise<Known | undefined> {
    const rows =
      "email" in login
        ? this.#rows().where("email", "=", login.email)
        : this.#rows().where("username", "=", login.username);
    const row = await rows.executeTakeFirst();
    return row && { user: userOf(row), password: row.password ?? undefined };
  }

  /** The user of a telephone, made if there is none. It is nobody who signs in by another way. */
  async ofPhone(phone: string): Promise<User> {
    const find = async (): Promise<User | undefined> => {
      const row = await this.#rows().where("phone", "=", phone).executeTakeFirst();
      return row && userOf(row);
    };
    return (
      (await find()) ??
      (await this.add({ phone }, null).catch(async (error) => (await find()) ?? Promise.reject(error)))
    );
  }

  async setPassword(id: string, password: string): Promise<void> {
    await this.#db
      .updateTable("usher_users")
      .set({ password })
      .where("id", "=", id)
      .where("user_table", "=", this.#table)
      .execute();
  }

  #rows() {
    return this.#db.selectFrom("usher_users").selectAll().where("user_table", "=", this.#table);
  }
}

function userOf({ id, email, username, phone, created_at }: UserRow): User {
  return { id, email, username, phone, createdAt: Number(created_at) };
}
