import type { SessionData } from "../auth.ts";
import type { AuthHandler } from "../auth-handler.ts";
import { jwks } from "./jwks.ts";

const keys = "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com";

/** Takes the id tokens of Firebase. @param options `projectId` as in the console */
export function firebase({ projectId }: { readonly projectId: string }): AuthHandler<SessionData> {
  const issuer = `https://securetoken.google.com/${projectId}`;
  return jwks({ issuer, audience: projectId, jwksUri: keys, algorithms: ["RS256"] });
}
