export { APIError, type ErrorCode } from "./api-error.ts";
export type { Auth, SessionData, SignedInAuth, SignedOutAuth, TokenOptions } from "./auth.ts";
export { type AuthData, type AuthHandler, anyOf, authHandler } from "./auth-handler.ts";
export type { Requirement } from "./has.ts";
export { createIdentity, type Identity, type IdentityOptions, type WebHandler } from "./identity.ts";
export { type BearerOptions, bearer, cookie, header, type Param, query } from "./params.ts";
export type { PendingAuth } from "./pending.ts";
export { realtimeId } from "./realtime-id.ts";
export type { AnyRequest, NodeLike } from "./request-of.ts";
export type { RingKey } from "./tokens/key-ring.ts";
export { memoryStore } from "./tokens/memory-store.ts";
export type { PermanentToken, RefreshToken, Session, Subject, TokenStore } from "./tokens/store.ts";
export type { SigningKey, Template } from "./tokens/templates.ts";
export {
  createTokens,
  type Issued,
  type TokenHandlerOptions,
  type TokenPair,
  type Tokens,
  type TokensOptions,
} from "./tokens/tokens.ts";
export { auth0 } from "./verifiers/auth0.ts";
export { type BetterAuth, betterAuth } from "./verifiers/better-auth.ts";
export { type ClerkOptions, clerk } from "./verifiers/clerk.ts";
export { firebase } from "./verifiers/firebase.ts";
export { type JwksOptions, jwks } from "./verifiers/jwks.ts";
export { supabase } from "./verifiers/supabase.ts";
