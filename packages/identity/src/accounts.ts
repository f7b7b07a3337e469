export {
  type Accounts,
  type AccountsOptions,
  type AccountTables,
  createAccounts,
  createAccountTables,
} from "./accounts/accounts.ts";
export { forwardedAddress } from "./accounts/forwarded-address.ts";
export { kyselyStore } from "./accounts/kysely-store.ts";
export { type Limits, memoryLimits, type RateLimiter } from "./accounts/limits.ts";
export type { OidcOptions } from "./accounts/oidc-routes.ts";
export type { PhoneOptions } from "./accounts/phone-routes.ts";
export { createTokenTables, type TokenTables } from "./accounts/tables.ts";
export type { User } from "./accounts/users.ts";
