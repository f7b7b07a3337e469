import { APIError } from "../api-error.ts";
import { readBody } from "./body.ts";
import { answer, type Desk, type WebHandler } from "./desk.ts";

/** What those do who have signed in, by whatever way. */
export interface SessionRoutes {
  /** `POST { refreshToken }` -> the next pair. */
  readonly refresh: WebHandler;
  /** `POST`, with an access token -> `{}`. The session has ended, and so will its connections. */
  readonly logout: WebHandler;
  /** `GET`, with an access token -> the user. */
  readonly me: WebHandler;
}

export function sessionRoutes({ table, users, tokens, caller, route }: Desk): SessionRoutes {
  return {
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

    me: route("GET", async (request) => answer(await users.getUser((await caller(request)).userId))),
  };
}
