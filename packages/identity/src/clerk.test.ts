import { createClerkClient } from "@clerk/backend";
import { createLocalJWKSet, decodeJwt, exportSPKI, generateKeyPair, jwtVerify, SignJWT } from "jose";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Auth, clerk, createIdentity } from "./index.ts";
import { bearing, request, said, tokensFor } from "./testing/app.ts";

const issuer = "https://clerk.app.test";
const authorizedParties = ["https://app.test"];

let keys: { readonly privateKey: CryptoKey; readonly publicKey: CryptoKey };
let jwtKey: string;
beforeAll(async () => {
  keys = await generateKeyPair("RS256", { extractable: true });
  jwtKey = await exportSPKI(keys.publicKey);
});
afterEach(() => void vi.useRealTimers());

/** A session token as Clerk makes them. */
async function session(claims: Record<string, unknown> = {}, { seconds = 60, alg = "RS256" } = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT({
    iss: issuer,
    sub: "user_1",
    sid: "sess_1",
    azp: "https://app.test",
    sts: "active",
    v: 2,
    fva: [1, -1],
    ...claims,
  })
    .setProtectedHeader({ alg, kid: "ins_1", typ: "JWT" })
    .setIssuedAt(now)
    .setNotBefore(now - 10)
    .setExpirationTime(now + seconds)
    .sign(keys.privateKey);
}

const identity = () => createIdentity({ handler: clerk({ issuer, authorizedParties, jwtKey }) });

/** What Clerk itself says of the request. */
async function official(shown: Request): Promise<Record<string, unknown>> {
  const publishableKey = `pk_test_${btoa("clerk.app.test$")}`;
  const client = createClerkClient({ secretKey: "sk_test_none", publishableKey, telemetry: { disabled: true } });
  const state = await client.authenticateRequest(shown, { jwtKey, authorizedParties });
  return state.toAuth() as unknown as Record<string, unknown>;
}

/** What can be compared of both. */
function comparable(auth: object): Record<string, unknown> {
  const entries = Object.entries(auth).filter(([, value]) => typeof value !== "function");
  return Object.fromEntries(entries.map(([name, value]) => [name, value ?? null]));
}

const organization = {
  o: { id: "org_1", slg: "acme", rol: "admin", per: "manage,read", fpm: "3,2" },
  fea: "o:dashboard,o:teams",
};

describe("Clerk: getAuth", () => {
  it.each<[string, Record<string, unknown>]>([
    ["of a session", {}],
    ["of a session in an organization", organization],
    ["of somebody in whose name another acts", { act: { sub: "user_2" } }],
    [
      "of a session of version 1",
      { v: undefined, org_id: "org_1", org_slug: "acme", org_role: "org:admin", org_permissions: ["org:a:read"] },
    ],
  ])("C1: has the members and the values that Clerk gives %s", async (_, claims) => {
    const token = await session(claims);
    const [ours, theirs] = [await identity().getAuth(bearing(token)), await official(bearing(token))];
    expect(Object.keys(ours).sort()).toEqual(Object.keys(theirs).sort());
    expect(comparable(ours)).toEqual(comparable(theirs));
  });

  it.each<[string, () => Promise<Request>]>([
    ["nothing is shown", async () => request()],
    ["what is shown has expired", async () => bearing(await session({}, { seconds: -60 }))],
    ["what is shown is no token", async () => bearing("tofu")],
  ])("C2: where %s, has the same members, all null, and never throws", async (_, make) => {
    const shown = await make();
    const auth = await identity().getAuth(shown);
    expect(Object.keys(auth).sort()).toEqual(Object.keys(await official(shown)).sort());
    const { getToken, has, debug, isAuthenticated, ...rest } = auth;
    expect(new Set(Object.values(rest))).toEqual(new Set([null]));
    expect([isAuthenticated, has({ role: "admin" }), await getToken(), typeof debug()]).toEqual([
      false,
      false,
      null,
      "object",
    ]);
  });

  it("C3: protects a route", async () => {
    const { getAuth } = identity();
    const route = async (shown: Request): Promise<Response> => {
      const { userId } = await getAuth(shown);
      if (!userId) return Response.json({ error: "Not authenticated" }, { status: 401 });
      return Response.json({ userId });
    };
    expect(await said(route(request()))).toEqual([401, { error: "Not authenticated" }]);
    expect(await said(route(bearing(await session({}, { seconds: -60 }))))).toEqual([
      401,
      { error: "Not authenticated" },
    ]);
    expect(await said(route(bearing(await session())))).toEqual([200, { userId: "user_1" }]);
  });

  it("C4: takes the token from the cookie __session or from Authorization, which wins", async () => {
    const { getAuth } = identity();
    const [own, other] = [await session(), await session({ sub: "user_2" })];
    expect((await getAuth(request({ cookie: `a=b; __session=${own}` }))).userId).toBe("user_1");
    expect((await getAuth(bearing(other, { cookie: `__session=${own}` }))).userId).toBe("user_2");
  });

  it.each(["https://evil.test", undefined, ""])(
    "C5: a token that was made for the page %s is nobody's",
    async (azp) => {
      const auth = await identity().getAuth(bearing(await session({ azp })));
      expect([auth.userId, auth.error?.message]).toEqual([null, expect.stringContaining("azp")]);
    },
  );

  it("C6: a session that is pending is nobody's", async () => {
    const token = await session({ sts: "pending" });
    expect((await identity().getAuth(bearing(token))).userId).toBeNull();
    expect((await official(bearing(token)))["userId"]).toBeNull();
  });

  describe("C7: getToken()", () => {
    it("gives the token that was shown", async () => {
      const token = await session();
      expect(await (await identity().getAuth(bearing(token))).getToken()).toBe(token);
    });

    it("with a template gives a token for another service, that it can verify by the published keys", async () => {
      vi.useFakeTimers({ toFake: ["Date"] });
      const tokens = tokensFor({
        templates: { supabase: ({ userId }) => ({ claims: { role: "authenticated", app_id: userId } }) },
      });
      const { getAuth } = createIdentity({ handler: clerk({ issuer, authorizedParties, jwtKey }), tokens });
      const token = await (await getAuth(bearing(await session()))).getToken({ template: "supabase" });
      const keySet = createLocalJWKSet(await (await tokens.jwks()).json());
      const { payload } = await jwtVerify(token as string, keySet, { issuer: "https://app.test" });
      expect(payload).toMatchObject({ sub: "user_1", role: "authenticated", app_id: "user_1" });
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
      expect((payload.iat ?? 0) - (payload.nbf ?? 0)).toBe(5);
      expect(payload).not.toHaveProperty("sid");
    });

    it("for as many seconds as was said", async () => {
      const tokens = tokensFor({ templates: { x: () => ({ claims: {}, lifetime: 30 }) } });
      const life = async (seconds?: number): Promise<number> => {
        const { exp = 0, iat = 0 } = decodeJwt(await tokens.createTemplateToken({ userId: "1" }, "x", seconds));
        return exp - iat;
      };
      expect([await life(), await life(90)]).toEqual([30, 90]);
    });

    it.each(["iss", "sub", "exp", "sid", "jti"])("no template may claim %s", async (name) => {
      const tokens = tokensFor({ templates: { x: () => ({ claims: { [name]: "mine" } }) } });
      await expect(tokens.createTemplateToken({ userId: "1" }, "x")).rejects.toThrow(`claims ${name}`);
    });

    it.each(["nope", "toString"])("there is no template %j, which is said", async (name) => {
      await expect(tokensFor().createTemplateToken({ userId: "1" }, name)).rejects.toThrow(
        `There is no template "${name}"`,
      );
    });
  });

  describe("C9: needs no middleware", () => {
    it("where it is awaited", async () => {
      const { getAuth } = identity();
      expect((await getAuth(bearing(await session()))).userId).toBe("user_1");
    });

    it("and behind the middleware can be read at once, as Clerk's own", async () => {
      const { getAuth, middleware } = identity();
      const headers = { authorization: `Bearer ${await session()}`, host: "app.test" };
      const req = { headers, method: "GET", url: "/" }; // as of Express, or of a pages route
      expect(() => getAuth({ ...req }).userId).toThrow('write "await getAuth(req)", or mount the middleware');
      await new Promise<void>((resolve, reject) => middleware(req, {}, (error) => (error ? reject(error) : resolve())));
      const { userId, isAuthenticated } = getAuth(req);
      expect([userId, isAuthenticated]).toEqual(["user_1", true]);
    });
  });

  describe("C10: has()", () => {
    const of = async (claims: Record<string, unknown>): Promise<Auth> =>
      identity().getAuth(bearing(await session(claims)));

    it("knows the permissions that are packed into the token", async () => {
      const auth = await of(organization);
      const permissions = [
        "org:dashboard:manage",
        "org:dashboard:read",
        "org:teams:read",
        "org:teams:manage",
        "org:other:read",
      ];
      const theirs = (await official(bearing(await session(organization)))) as unknown as Auth;
      expect(permissions.map((permission) => auth.has({ permission }))).toEqual([true, true, true, false, false]);
      expect(permissions.map((permission) => theirs.has({ permission }))).toEqual([true, true, true, false, false]);
    });

    it("wants all that is asked, and knows nothing of what it does not know", async () => {
      const auth = await of(organization);
      expect(auth.has({ role: "org:admin" })).toBe(true);
      expect(auth.has({ role: "org:admin", permission: "org:teams:read" })).toBe(true);
      expect(auth.has({ role: "org:admin", permission: "org:teams:manage" })).toBe(false);
      expect(auth.has({ role: "org:member", permission: "org:teams:read" })).toBe(false);
      expect(auth.has({})).toBe(false);
      expect(auth.has({ role: "org:admin", plan: "gold" } as never)).toBe(false);
      expect((await of({})).has({ role: "org:admin" })).toBe(false);
    });
  });
});
