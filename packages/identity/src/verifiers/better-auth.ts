import type { SessionData } from "../auth.ts";
import type { AuthHandler } from "../auth-handler.ts";

/** As much of better-auth as is needed. */
export interface BetterAuth {
  readonly api: {
    getSession(request: { readonly headers: Headers }): Promise<{
      readonly user: { readonly id: string };
      readonly session: { readonly id: string };
    } | null>;
  };
}

/** Asks better-auth, which runs in the same process. */
export function betterAuth(auth: BetterAuth): AuthHandler<SessionData> {
  return async ({ headers }) => {
    const found = await auth.api.getSession({ headers });
    return found && { userId: found.user.id, sessionId: found.session.id };
  };
}
