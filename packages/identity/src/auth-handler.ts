import { isUnauthenticated } from "./api-error.ts";
import type { Param } from "./params.ts";

/** What is known of a caller. Whatever else a handler says of them is handed on. */
export interface AuthData {
  readonly userId: string;
  readonly sessionId?: string | undefined;
  /** Which of several tables of users the id is of. */
  readonly table?: string | undefined;
  /** What the app has put into the token. */
  readonly extras?: Readonly<Record<string, unknown>> | undefined;
  /** The claims of the token, where it was made elsewhere. */
  readonly sessionClaims?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * Finds out who is calling. One of three outcomes: the caller; nobody, as `null` where nothing of its kind was shown, or as an
 * `APIError` with `unauthenticated` where it proves nothing; or any other error, which ends the request, for then it is not known
 * who is calling.
 */
export type AuthHandler<A extends AuthData = AuthData> = (request: Request) => Promise<A | null>;

/**
 * A handler that sees no more of the request than it says, as in Encore. Where the request holds none of it, it is not called, and the
 * caller is nobody.
 *
 * @param params by name, where each is: `header("authorization")`, `query("t")`, `cookie("sid")`
 * @param handle gets their values; a result without a `userId` is nobody
 */
export function authHandler<P extends Readonly<Record<string, Param>>, A extends AuthData>(
  params: P,
  handle: (values: { readonly [Name in keyof P]: string | undefined }) => Promise<A | null>,
): AuthHandler<A> {
  return async (request) => {
    const values = Object.fromEntries(Object.entries(params).map(([name, read]) => [name, read(request)]));
    if (Object.values(values).every((value) => value === undefined)) return null;
    const data = await handle(values as { readonly [Name in keyof P]: string | undefined });
    return typeof data?.userId === "string" && data.userId !== "" ? data : null;
  };
}

/**
 * The first of several handlers that knows the caller. One that refuses does not keep the next from being asked; if none knows the
 * caller, the first refusal is the outcome.
 */
export function anyOf<A extends AuthData>(...handlers: readonly AuthHandler<A>[]): AuthHandler<A> {
  return async (request) => {
    let refusal: unknown;
    for (const handler of handlers) {
      try {
        const data = await handler(request);
        if (data) return data;
      } catch (error) {
        if (!isUnauthenticated(error)) throw error;
        refusal ??= error;
      }
    }
    if (refusal) throw refusal;
    return null;
  };
}
