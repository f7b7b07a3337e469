import { AsyncLocalStorage } from "node:async_hooks";
import { APIError, isUnauthenticated } from "./api-error.ts";
import { type Auth, type SessionData, signedIn, signedOut, type Templates } from "./auth.ts";
import type { AuthData, AuthHandler } from "./auth-handler.ts";
import { logError } from "./log-error.ts";
import { type PendingAuth, pending } from "./pending.ts";
import { type Passports, propagating } from "./propagation.ts";
import { realtimeId } from "./realtime-id.ts";
import { type AnyRequest, innermost, requestOf } from "./request-of.ts";
import { shown } from "./shown.ts";

/** A handler of `fetch`. */
export type WebHandler = (request: Request) => Promise<Response>;

export interface IdentityOptions<A extends AuthData> {
  /** Finds out who is calling; `anyOf(…)` for several ways. */
  readonly handler: AuthHandler<A>;
  /** For `getToken({ template })`, and for `fetch`. */
  readonly tokens?: (Templates & Passports) | undefined;
  /** The origins of your own services, to which `fetch` says who is calling. */
  readonly internalOrigins?: readonly string[] | undefined;
  /** Hears of errors that end a request. Writes to the console unless given. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface Identity<A extends AuthData> {
  /**
   * Who is calling; found out once for a request, however often it is asked. It takes the request of any framework, and needs no
   * middleware. Rejects if it cannot be found out.
   *
   * Where it has been awaited before, as by `middleware`, its members can be read at once: `const { userId } = getAuth(req)`.
   */
  getAuth(request: AnyRequest): PendingAuth<A>;
  /** The same for the handlers of `@usher/app-server`: the id is that by which the realtime server knows the user, `<table>.<id>` of several tables. */
  getRealtimeAuth(request: AnyRequest): Promise<Auth<A>>;
  /** The caller of the endpoint that is running, for code far from the request; null for nobody, and outside. */
  getAuthData(): A | null;
  /**
   * An endpoint. With `auth: true` nobody gets in who is not known: 401.
   *
   * What is thrown ends the request: an `APIError` as it says, anything else as 500, of which the caller learns nothing.
   */
  endpoint(
    options: { readonly auth: true },
    handle: (request: Request, auth: Auth<A> & { isAuthenticated: true }) => Response | Promise<Response>,
  ): WebHandler;
  endpoint(
    options: { readonly auth?: boolean },
    handle: (request: Request, auth: Auth<A>) => Response | Promise<Response>,
  ): WebHandler;
  /** Finds out who is calling before the routes behind it, in Express and whatever takes its middleware. */
  middleware(request: AnyRequest, response: unknown, next: (error?: unknown) => void): void;
  /** As the global `fetch`; to `internalOrigins` it says who is calling, for a minute. */
  readonly fetch: typeof globalThis.fetch;
}

/** Makes the one place of an app that knows who is calling. */
export function createIdentity<A extends AuthData>({
  handler,
  tokens,
  internalOrigins = [],
  onError = logError,
}: IdentityOptions<A>): Identity<A> {
  const known = new WeakMap<object, PendingAuth<A>>();
  const callers = new AsyncLocalStorage<Auth<A>>();

  const find = async (request: Request): Promise<Auth<A>> => {
    try {
      const data = await handler(request);
      return data ? signedIn<A & SessionData>(data, shown(data), tokens) : signedOut(null);
    } catch (error) {
      if (isUnauthenticated(error)) return signedOut(error);
      throw error;
    }
  };

  const getAuth = (given: AnyRequest): PendingAuth<A> => {
    const request = innermost(given);
    const before = known.get(request);
    if (before) return before;
    const auth = pending(find(requestOf(request)));
    known.set(request, auth);
    return auth;
  };

  const current = (): A | null => {
    const auth = callers.getStore();
    return auth?.isAuthenticated ? (auth as unknown as A) : null;
  };

  return {
    getAuth,
    async getRealtimeAuth(request) {
      const auth = await getAuth(request);
      return auth.isAuthenticated ? { ...auth, userId: realtimeId(auth) } : auth;
    },
    getAuthData: current,
    endpoint:
      ({ auth: required = false }, handle: (request: Request, auth: never) => Response | Promise<Response>) =>
      async (request) => {
        try {
          const auth = await getAuth(request);
          if (required && !auth.isAuthenticated) throw auth.error ?? APIError.unauthenticated();
          const response = await callers.run(auth, () => handle(request, auth as never));
          return auth.error ? challenged(response) : response;
        } catch (error) {
          if (error instanceof APIError)
            return error.code === "unauthenticated" ? challenged(error.toResponse()) : error.toResponse();
          onError(error);
          return new APIError("internal", "Something went wrong here; it is not your fault").toResponse();
        }
      },
    middleware(request, _response, next) {
      getAuth(request).then(() => next(), next);
    },
    fetch: propagating(current, internalOrigins, tokens),
  };
}

/** Says that the token that was shown, or none, is why. */
function challenged(response: Response): Response {
  const headers = new Headers(response.headers);
  headers.append("www-authenticate", 'Bearer error="invalid_token"');
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
