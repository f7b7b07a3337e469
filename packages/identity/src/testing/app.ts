import {
  type AuthData,
  type AuthHandler,
  createIdentity,
  createTokens,
  memoryStore,
  type Tokens,
  type TokensOptions,
  type WebHandler,
} from "../index.ts";

/** A secret that is long enough. @param name of the key */
export const secretOf = (name: string): string => `${name} has a secret of at least 32 bytes`;

/** Tokens of an app, as its tests want them. */
export function tokensFor(change: Partial<TokensOptions> = {}): Tokens {
  return createTokens({
    issuer: "https://app.test",
    audience: "app",
    keys: [{ kid: "2026-11", secret: secretOf("2026-11") }],
    store: memoryStore(),
    ...change,
  });
}

/** Two endpoints that say who is calling: one for everybody, one for those who are known. */
export function endpoints<A extends AuthData>(
  handler: AuthHandler<A>,
): { readonly open: WebHandler; readonly closed: WebHandler } {
  const identity = createIdentity({ handler, onError: () => {} });
  const say = (
    _: Request,
    auth: { userId: string | null; extras?: unknown; error?: { message: string } | null },
  ): Response => Response.json({ userId: auth.userId, extras: auth.extras, error: auth.error?.message });
  return { open: identity.endpoint({}, say), closed: identity.endpoint({ auth: true }, say) };
}

export const request = (headers: Record<string, string> = {}): Request => new Request("http://app.test/", { headers });
export const bearing = (token: string, headers: Record<string, string> = {}): Request =>
  request({ authorization: `Bearer ${token}`, ...headers });

/** The status and the body of an answer. */
export async function said(response: Promise<Response>): Promise<[status: number, body: Record<string, unknown>]> {
  const answer = await response;
  return [answer.status, (await answer.json()) as Record<string, unknown>];
}
