import type { AuthData } from "./auth-handler.ts";

/** Makes tokens by which another service of the app knows who is calling. */
export interface Passports {
  /** @param audience the origin of the service, the only one that takes it */
  createPassport(auth: AuthData, audience: string): Promise<string>;
}

/**
 * A `fetch` that says to the app's own services who is calling, and to nobody else: no redirect is followed with what it says, for it
 * may lead elsewhere.
 */
export function propagating(
  caller: () => AuthData | null,
  origins: readonly string[],
  passports: Passports | undefined,
): typeof globalThis.fetch {
  const known = new Set(origins.map((origin) => new URL(origin).origin));
  return async (input, init) => {
    const request = new Request(input, init);
    const { origin } = new URL(request.url);
    const auth = caller();
    if (!auth || !known.has(origin)) return globalThis.fetch(request);
    if (!passports) throw new Error("To say who is calling, createIdentity needs tokens");
    const headers = new Headers(request.headers);
    headers.set("authorization", `Bearer ${await passports.createPassport(auth, origin)}`);
    return globalThis.fetch(new Request(request, { headers, redirect: "manual" }));
  };
}
