import type { SessionData } from "../auth.ts";
import type { AuthHandler } from "../auth-handler.ts";
import { jwks } from "./jwks.ts";

/**
 * Takes the tokens of Auth0.
 *
 * @param options `domain` such as `you.eu.auth0.com`; `audience` the identifier of your API, or the client id where pages send id tokens
 */
export function auth0({
  domain,
  audience,
}: {
  readonly domain: string;
  readonly audience: string;
}): AuthHandler<SessionData> {
  return jwks({ issuer: `https://${domain}/`, audience, algorithms: ["RS256"] }); // the slash is part of its name
}
