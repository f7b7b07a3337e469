import type { Kysely } from "kysely";
import { APIError } from "../api-error.ts";
import { logError } from "../log-error.ts";
import type { Tokens } from "../tokens/tokens.ts";
import { type Limits, memoryLimits } from "./limits.ts";
import { type User, Users, type UserTables } from "./users.ts";

/** A handler of `fetch`. */
export type WebHandler = (request: Request) => Promise<Response>;

export interface DeskOptions {
  /** Which users these are, where there are several tables of them: its name is in their tokens, and before their ids in realtime. */
  readonly table?: string | undefined;
  /** A database in which `createAccountTables` has made its tables. */
  readonly db: Kysely<UserTables>;
  readonly tokens: Tokens;
  /** What goes into the tokens of a user. */
  readonly extras?: ((user: User) => Readonly<Record<string, unknown>>) | undefined;
  readonly limits?: Limits | undefined;
  /** The address of the caller, for the limits; see `forwardedAddress`. Without it attempts are counted by account alone. */
  readonly address?: ((request: Request) => string | undefined) | undefined;
  /** Hears of errors; the caller does not. Writes to the console unless given. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** What all ways to sign in have in common. */
export interface Desk {
  readonly table: string | undefined;
  readonly users: Users;
  readonly tokens: Tokens;
  readonly limits: Limits;
  /** Where the request comes from; empty if that is not known. */
  from(request: Request): string;
  /** Begins a session. */
  welcome(user: User): Promise<Response>;
  /** @throws APIError `unauthenticated` if nobody is known */
  caller(request: Request): Promise<{ readonly userId: string; readonly sessionId: string | undefined }>;
  /** An endpoint; what is thrown in it is answered. */
  route(method: "GET" | "POST", handle: (request: Request) => Promise<Response>): WebHandler;
}

export function openDesk(options: DeskOptions): Desk {
  const { tokens, table, extras = () => ({}), limits = memoryLimits(), address, onError = logError } = options;
  const handler = tokens.handler({ table });
  return {
    table,
    users: new Users(options.db, table ?? ""),
    tokens,
    limits,
    from: (request) => address?.(request) ?? "",
    welcome: async (user) => answer(await tokens.issue(user.id, { table, extras: extras(user) })),
    async caller(request) {
      const auth = await handler(request);
      if (!auth) throw APIError.unauthenticated();
      return { userId: auth.userId, sessionId: auth.sessionId };
    },
    route: (method, handle) => async (request) => {
      try {
        if (request.method === method) return await handle(request);
        return new Response(null, { status: 405, headers: { allow: method } });
      } catch (error) {
        if (error instanceof APIError) return error.toResponse();
        onError(error);
        return new APIError("internal", "Something went wrong here; it is not your fault").toResponse();
      }
    },
  };
}

/** What nobody may keep. */
export function answer(value: object): Response {
  return Response.json(value, { headers: { "cache-control": "no-store" } });
}
