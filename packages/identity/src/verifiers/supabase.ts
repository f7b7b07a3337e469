import type { SessionData } from "../auth.ts";
import type { AuthHandler } from "../auth-handler.ts";
import { jwks } from "./jwks.ts";

/**
 * Takes the access tokens of Supabase. A project whose keys are of the old kind, a shared secret, has none that could be published: change
 * them in its dashboard first.
 *
 * @param options `url` of the project, such as `https://abc.supabase.co`
 */
export function supabase({ url }: { readonly url: string }): AuthHandler<SessionData> {
  return jwks({ issuer: `${url.replace(/\/$/, "")}/auth/v1`, audience: "authenticated" });
}
