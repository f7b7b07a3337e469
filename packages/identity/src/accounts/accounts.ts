import type { Kysely } from "kysely";
import { APIError } from "../api-error.ts";
import { logError } from "../log-error.ts";
import type { TokenPair, Tokens } from "../tokens/tokens.ts";
import { readBody } from "./body.ts";
import { type CodeOptions, Codes, type CodeTables } from "./codes.ts";
import { countAttempt, countMessage, type Limits, memoryLimits } from "./limits.ts";
import { checkPassword, hashPassword, isOutdated, isPassword } from "./passwords.ts";
import { type Login, type User, Users, type UserTables } from "./users.ts";

/** A handler of `fetch`. */
type WebHandler = (request: Request) => Promise<Response>;

export interface AccountsOptions {
  /** Which users these are, where there are several tables of them: its name is in their tokens, and before their ids in realtime. */
  readonly table?: string | undefined;
  /** A database in which `createUserTables` has made its tables. */
  readonly db: Kysely<UserTables & CodeTables>;
  readonly tokens: Tokens;
  /** What goes into the tokens of a user. */
  readonly extras?: ((user: User) => Readonly<Record<string, unknown>>) | undefined;
  /** Lets users sign in by a code that is sent to their telephone. */
  readonly phone?: PhoneOptions | undefined;
  readonly limits?: Limits | undefined;
  /** The address of the caller, for the limits; see `forwardedAddress`. Without it attempts are counted by account alone. */
  readonly address?: ((request: Request) => string | undefined) | undefined;
  /** Hears of errors; the caller does not. Writes to the console unless given. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

export interface PhoneOptions extends CodeOptions {
  /** Sends the code, by whatever service you have. @param to as `+41791234567` */
  send(to: string, code: string): Promise<unknown>;
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
    /** `POST { phone }` -> `{}`, and a code is sent; the same whoever has the number. */
    readonly phoneStart: WebHandler;
    /** `POST { phone, code }` -> a pair of tokens. */
    readonly phoneVerify: WebHandler;
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
  const users = new Users(db as unknown as Kysely<UserTables>, table ?? "");
  const codes = new Codes(db as unknown as Kysely<CodeTables>, table ?? "", options.phone ?? {});
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

      phoneStart: route("POST", async (request) => {
        const phone = phoneOf((await readBody(request))["phone"]);
        if (!options.phone) throw new APIError("not_found", "Nobody signs in by telephone here");
        await countMessage(limits, phone, address(request) ?? "");
        await options.phone.send(phone, await codes.create(phone));
        return answer({});
      }),

      phoneVerify: route("POST", async (request) => {
        const { phone, code } = await readBody(request);
        const number = phoneOf(phone);
        if (typeof code !== "string") throw new APIError("invalid_argument", "code is missing");
        await codes.use(number, code);
        return pair(await users.ofPhone(number));
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

function phoneOf(value: unknown): string {
  const phone = typeof value === "string" ? value.replaceAll(/[\s()-]/g, "") : "";
  if (/^\+[1-9]\d{6,14}$/.test(phone)) return phone;
  throw new APIError("invalid_argument", "phone must be a number with its country, such as +41791234567");
}
