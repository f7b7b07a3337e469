export { type Accounts, type AccountsOptions, createAccounts, type PhoneOptions } from "./accounts/accounts.ts";
export { type CodeTables, createCodeTables } from "./accounts/codes.ts";
export { forwardedAddress } from "./accounts/forwarded-address.ts";
export { kyselyStore } from "./accounts/kysely-store.ts";
export { type Limits, memoryLimits, type RateLimiter } from "./accounts/limits.ts";
export { createTokenTables, type TokenTables } from "./accounts/tables.ts";
export { createUserTables, type User, type UserTables } from "./accounts/users.ts";
