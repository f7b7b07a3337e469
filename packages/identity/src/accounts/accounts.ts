import type { Kysely } from "kysely";
import { APIError } from "../api-error.ts";
import { logError } from "../log-error.ts";
import type { TokenPair, Tokens } from "../tokens/tokens.ts";
import { readBody } from "./body.ts";
import { countAttempt, type Limits, memoryLimits } from "./limits.ts";
import { checkPassword, hashPassword, isOutdated, isPassword } from "./passwords.ts";
import { type Login, type User, Users, type UserTables } from "./users.ts";

/** A handler of `fetch`. */
type WebHandler = (request: Request) => Promise<Response>;

export interface AccountsOptions {
  /** Which users these are, where there are several tables of them: its name is in their tokens, and before their ids in realtime. */
  readonly table?: string | undefined;
  /** A database in which `createUserTables` has made its tables. */
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

export interface Accounts {
  readonly users: Users;
  readonly routes: {
    /** `POST { email?, username?, password }` -> a pair of tokens; 409 if somebody has the address or the name. */
    readonly signup: WebHandler;
    /** `POST { email | username, password }` -> a pair of tokens; 401, the same for an unknown user and a wrong password. */
    readonly login: WebHandler;
    /** `POST { refreshToken }` -> the next pair. */
    readonly refresh: WebHandler;
    /** `POST`, with an access token -> `{}`. The session has ended, and so will its connections. */
    readonly logout: WebHandler;
    /** `POST { currentPassword, newPassword }`, with an access token -> a new pair. All sessions have ended. */
    readonly password: WebHandler;
    /** `GET`, with an access token -> the user. */
    readonly me: WebHandler;
  };
}

/** Users of an app's own, who sign in by a password. */
export function createAccounts(options: AccountsOptions): Accounts {
  const {
    db,
    tokens,
    table,
    extras = () => ({}),
    limits = memoryLimits(),
    address = () => "",
    onError = logError,
  } = options;
  const users = new Users(db, table ?? "");
  const handler = tokens.handler({ table });

  const pair = async (user: User): Promise<Response> =>
    answer(await tokens.issue(user.id, { table, extras: extras(user) }));
  const caller = async (request: Request): Promise<{ userId: string; sessionId: string | undefined }> => {
    const auth = await handler(request);
    if (!auth) throw APIError.unauthenticated();
    return { userId: auth.userId, sessionId: auth.sessionId };
  };

  const route =
    (method: string, handle: (request: Request) => Promise<Response>): WebHandler =>
    async (request) => {
      try {
        if (request.method !== method) return new Response(null, { status: 405, headers: { allow: method } });
        return await handle(request);
      } catch (error) {
        if (error instanceof APIError) return error.toResponse();
        onError(error);
        return new APIError("internal", "Something went wrong here; it is not your fault").toResponse();
      }
    };

  return {
    users,
    routes: {
      signup: route("POST", async (request) => {
        const { email, username, password } = await readBody(request);
        const own = {
          email: email === undefined ? null : emailOf(email),
          username: username === undefined ? null : usernameOf(username),
        };
        if (own.email === null && own.username === null)
          throw new APIError("invalid_argument", "Give an email or a username");
        checkPassword(password);
        await countAttempt(limits, `signup ${own.email ?? own.username}`, address(request) ?? "");
        return pair(await users.add(own, await hashPassword(password)));
      }),

      login: route("POST", async (request) => {
        const { email, username, password } = await readBody(request);
        const login: Login = email === undefined ? { username: usernameOf(username) } : { email: emailOf(email) };
        if (typeof password !== "string") throw new APIError("invalid_argument", "password is missing");
        await countAttempt(limits, Object.values(login).join(), address(request) ?? "");
        const known = await users.find(login);
        const matches = await isPassword(known?.password, password);
        if (!known || !matches) throw APIError.unauthenticated("Nobody has this name and this password");
        if (isOutdated(known.password ?? "")) await users.setPassword(known.user.id, await hashPassword(password));
        return pair(known.user);
      }),

      refresh: route("POST", async (request) => {
        const { refreshToken } = await readBody(request);
        if (typeof refreshToken !== "string") throw new APIError("invalid_argument", "refreshToken is missing");
        return answer(await tokens.refresh(refreshToken));
      }),

      logout: route("POST", async (request) => {
        const { userId, sessionId } = await caller(request);
        await tokens.revoke(sessionId === undefined ? { userId, table } : { sessionId });
        return answer({});
      }),

      password: route("POST", async (request) => {
        const { userId } = await caller(request);
        const { currentPassword, newPassword } = await readBody(request);
        checkPassword(newPassword);
        await countAttempt(limits, `password ${userId}`, address(request) ?? "");
        const user = await users.getUser(userId);
        const known = await users.find(user.email === null ? { username: user.username ?? "" } : { email: user.email });
        if (!(await isPassword(known?.password, String(currentPassword))))
          throw APIError.unauthenticated("That is not the password");
        await users.setPassword(userId, await hashPassword(newPassword));
        await tokens.revoke({ userId, table });
        return pair(user);
      }),

      me: route("GET", async (request) => answer(await users.getUser((await caller(request)).userId))),
    },
  };
}

function answer(value: TokenPair | User | object): Response {
  return Response.json(value, { headers: { "cache-control": "no-store" } });
}

/** Addresses that differ in case are one. */
function emailOf(value: unknown): string {
  const email = typeof value === "string" ? value.trim().normalize("NFKC").toLowerCase() : "";
  if (email.length <= 254 && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return email;
  throw new APIError("invalid_argument", "email must be an e-mail address");
}

function usernameOf(value: unknown): string {
  const username = typeof value === "string" ? value.trim().normalize("NFKC").toLowerCase() : "";
  if (/^[\p{L}\p{N}_.-]{2,64}$/u.test(username)) return username;
  throw new APIError("invalid_argument", "username must have 2 to 64 letters, digits and _.-");
}
