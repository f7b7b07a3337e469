import { APIError } from "../api-error.ts";
import { readBody } from "./body.ts";
import type { Desk, WebHandler } from "./desk.ts";
import { countAttempt } from "./limits.ts";
import { emailOf, usernameOf } from "./names.ts";
import { checkPassword, hashPassword, isOutdated, isPassword } from "./passwords.ts";
import type { Login } from "./users.ts";

/** Signing in by a password. */
export interface PasswordRoutes {
  /** `POST { email?, username?, password }` -> a pair of tokens; 409 if somebody has the address or the name. */
  readonly signup: WebHandler;
  /** `POST { email | username, password }` -> a pair of tokens; 401, the same for an unknown user and a wrong password. */
  readonly login: WebHandler;
  /** `POST { currentPassword, newPassword }`, with an access token -> a new pair. All sessions have ended. */
  readonly password: WebHandler;
}

export function passwordRoutes({ table, users, tokens, limits, from, welcome, caller, route }: Desk): PasswordRoutes {
  return {
    signup: route("POST", async (request) => {
      const { email, username, password } = await readBody(request);
      const own = {
        email: email === undefined ? null : emailOf(email),
        username: username === undefined ? null : usernameOf(username),
      };
      const name = own.email ?? own.username;
      if (name === null) throw new APIError("invalid_argument", "Give an email or a username");
      checkPassword(password);
      await countAttempt(limits, `signup ${name}`, from(request));
      return welcome(await users.add(own, await hashPassword(password)));
    }),

    login: route("POST", async (request) => {
      const { email, username, password } = await readBody(request);
      const login: Login = email === undefined ? { username: usernameOf(username) } : { email: emailOf(email) };
      if (typeof password !== "string") throw new APIError("invalid_argument", "password is missing");
      await countAttempt(limits, Object.values(login).join(), from(request));
      const known = await users.find(login);
      const matches = await isPassword(known?.password, password);
      if (!known || !matches) throw APIError.unauthenticated("Nobody has this name and this password");
      if (isOutdated(known.password ?? "")) await users.setPassword(known.user.id, await hashPassword(password));
      return welcome(known.user);
    }),

    password: route("POST", async (request) => {
      const { userId } = await caller(request);
      const { currentPassword, newPassword } = await readBody(request);
      checkPassword(newPassword);
      await countAttempt(limits, `password ${userId}`, from(request));
      const user = await users.getUser(userId);
      const known = await users.find(user.email === null ? { username: user.username ?? "" } : { email: user.email });
      if (!(await isPassword(known?.password, String(currentPassword)))) {
        throw APIError.unauthenticated("That is not the password");
      }
      await users.setPassword(userId, await hashPassword(newPassword));
      await tokens.revoke({ userId, table });
      return welcome(user);
    }),
  };
}
