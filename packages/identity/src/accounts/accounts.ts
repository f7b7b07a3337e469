import type { Kysely } from "kysely";
import { type CodeTables, createCodeTables } from "./codes.ts";
import { type DeskOptions, openDesk } from "./desk.ts";
import { createIdentityTables, type IdentityTables } from "./identities.ts";
import { type OidcOptions, type OidcRoutes, oidcRoutes } from "./oidc-routes.ts";
import { type PasswordRoutes, passwordRoutes } from "./password-routes.ts";
import { type PhoneOptions, type PhoneRoutes, phoneRoutes } from "./phone-routes.ts";
import { type SessionRoutes, sessionRoutes } from "./session-routes.ts";
import { createUserTables, type Users, type UserTables } from "./users.ts";

export type AccountTables = UserTables & CodeTables & IdentityTables;

/** A database, of which a part knows its own tables alone. */
type Database = Kysely<AccountTables>;

export interface AccountsOptions extends Omit<DeskOptions, "db"> {
  /** A database in which `createAccountTables` has made its tables. */
  readonly db: Database;
  /** Lets users sign in by a code that is sent to their telephone. */
  readonly phone?: PhoneOptions | undefined;
  /** Lets users sign in by what these say of them. */
  readonly oidc?: readonly OidcOptions[] | undefined;
}

export interface Accounts {
  readonly users: Users;
  readonly routes: PasswordRoutes & PhoneRoutes & OidcRoutes & SessionRoutes;
}

/** Makes the tables that are not there yet. On SQLite and on Postgres. */
export async function createAccountTables(db: Database): Promise<void> {
  await createUserTables(part(db));
  await createCodeTables(part(db));
  await createIdentityTables(part(db));
}

/** Users of an app's own, and their ways to sign in, side by side. */
export function createAccounts({ db, phone, oidc = [], ...options }: AccountsOptions): Accounts {
  const desk = openDesk({ ...options, db: part(db) });
  return {
    users: desk.users,
    routes: {
      ...passwordRoutes(desk),
      ...phoneRoutes(desk, part(db), phone),
      ...oidcRoutes(desk, part(db), oidc),
      ...sessionRoutes(desk),
    },
  };
}

function part<Tables>(db: Kysely<AccountTables>): Kysely<Tables> {
  return db as unknown as Kysely<Tables>;
}
