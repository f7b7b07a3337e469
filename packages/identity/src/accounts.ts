export { kyselyStore } from "./accounts/kysely-store.ts";
export { createTokenTables, type TokenTables } from "./accounts/tables.ts";
