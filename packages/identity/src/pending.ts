import type { Auth } from "./auth.ts";
import type { AuthData } from "./auth-handler.ts";

/** A promise of who is calling, whose members can be read at once when it is fulfilled already. Before, they throw. */
export type PendingAuth<A extends AuthData> = Promise<Auth<A>> & Auth<A>;

const members = [
  "userId",
  "sessionId",
  "sessionClaims",
  "sessionStatus",
  "actor",
  "orgId",
  "orgRole",
  "orgSlug",
  "orgPermissions",
  "factorVerificationAge",
  "tokenType",
  "isAuthenticated",
  "getToken",
  "has",
  "debug",
  "error",
  "table",
  "extras",
] as const;

export function pending<A extends AuthData>(promise: Promise<Auth<A>>): PendingAuth<A> {
  let auth: Auth<A> | undefined;
  promise.then(
    (found) => {
      auth = found;
    },
    () => {}, // whoever awaits it hears of it
  );
  for (const name of members) {
    void Object.defineProperty(promise, name, {
      get() {
        if (auth) return (auth as unknown as Record<string, unknown>)[name];
        throw new Error(
          `getAuth() is not ready: write "await getAuth(req)", or mount the middleware before this route`,
        );
      },
    });
  }
  return promise as PendingAuth<A>;
}
