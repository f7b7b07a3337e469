import { exportSPKI, generateKeyPair, type JWTPayload, UnsecuredJWT } from "jose";
import { describe, expect, it, vi } from "vitest";
import { type AuthHandler, anyOf, auth0, betterAuth, createIdentity, firebase, jwks, supabase } from "./index.ts";
import { bearing, endpoints, request, said, tokensFor } from "./testing/app.ts";
import { openIssuer } from "./testing/issuer.ts";

const issuer = "https://issuer.test/";
const claims = { iss: issuer, aud: "app", sub: "7" };

describe("identity that was made elsewhere", () => {
  it("is known by the keys that its issuer publishes, which are fetched once", async () => {
    const { sign, jwksUri, asked } = await openIssuer();
    const { closed } = endpoints(jwks({ issuer, audience: "app", jwksUri }));
    for (let time = 0; time < 3; time++) {
      expect(await said(closed(bearing(await sign(claims))))).toMatchObject([200, { userId: "7" }]);
    }
    expect(asked()).toBe(1);
  });

  it.each<[string, JWTPayload, object?]>([
    ["of another audience", { ...claims, aud: "other" }],
    ["without an audience", { iss: issuer, sub: "7" }],
    ["that has expired", claims, { seconds: -60 }],
    ["without a user", { iss: issuer, aud: "app" }],
    ["by a key that is not published", claims, { kid: "2" }],
  ])("G3: a token %s is refused, and why is told", async (_, other, options) => {
    const { sign, jwksUri } = await openIssuer();
    const { open, closed } = endpoints(jwks({ issuer, audience: "app", jwksUri }));
    const token = await sign(other, options);
    expect(await said(open(bearing(token)))).toMatchObject([200, { userId: null, error: expect.any(String) }]);
    expect((await said(closed(bearing(token))))[0]).toBe(401);
  });

  it("a token of another issuer is not its affair, and its keys are not asked for", async () => {
    const { sign, jwksUri, asked } = await openIssuer();
    const handler = jwks({ issuer, jwksUri });
    expect(await handler(bearing(await sign({ ...claims, iss: "https://other.test/" })))).toBeNull();
    expect(await handler(bearing("tofu"))).toBeNull();
    expect(await handler(request())).toBeNull();
    expect(asked()).toBe(0);
  });

  it("several issuers and own tokens live beside each other", async () => {
    const [first, second] = [await openIssuer(), await openIssuer("ES256")];
    const tokens = tokensFor();
    const { closed } = endpoints(
      anyOf(
        jwks({ issuer: "https://first.test", jwksUri: first.jwksUri }),
        jwks({ issuer: "https://second.test", jwksUri: second.jwksUri }),
        tokens.handler(),
      ),
    );
    const shown = [
      await first.sign({ iss: "https://first.test", sub: "1" }),
      await second.sign({ iss: "https://second.test", sub: "2" }),
      await tokens.createAuthToken("3"),
    ];
    const known = await Promise.all(shown.map(async (token) => (await said(closed(bearing(token))))[1]["userId"]));
    expect(known).toEqual(["1", "2", "3"]);
  });
});

describe("T13: no algorithm is confused with another", () => {
  it("what is signed by a shared secret, by nothing, or with the public key as a secret is refused", async () => {
    const { publicKey } = await generateKeyPair("RS256", { extractable: true });
    const pem = await exportSPKI(publicKey);
    const { sign, jwksUri } = await openIssuer();
    for (const handler of [
      jwks({ issuer, audience: "app", jwksUri }),
      jwks({ issuer, audience: "app", publicKey: pem }),
    ]) {
      const { closed } = endpoints(handler);
      const secret = new TextEncoder().encode(pem);
      const forged = [
        await sign(claims, { alg: "HS256", key: secret }),
        new UnsecuredJWT(claims).setIssuedAt().setExpirationTime("1m").encode(),
        await sign(claims, { alg: "HS512", key: new Uint8Array(64) }),
      ];
      for (const token of forged) expect((await said(closed(bearing(token))))[0]).toBe(401);
    }
  });

  it.each(["HS256", "hs512", "none"])("%s cannot even be asked for", (algorithm) => {
    expect(() => jwks({ issuer, algorithms: [algorithm] })).toThrow("whoever can verify by it can sign");
  });

  it("a token of a template is no access token, and an access token is none of an issuer", async () => {
    const tokens = tokensFor({ templates: { x: () => ({ claims: {} }) } });
    const template = await tokens.createTemplateToken({ userId: "7" }, "x");
    expect(await tokens.handler()(bearing(template))).toBeNull();
    const { jwksUri } = await openIssuer();
    expect(await jwks({ issuer: "https://app.test", jwksUri })(bearing(await tokens.createAuthToken("7")))).toBeNull();
  });
});

describe("T24: while the issuer cannot be asked", () => {
  it.each([500, 404])(
    "its keys answered with %d, nobody is taken for a stranger: the request ends with 503",
    async (status) => {
      const { sign, jwksUri, answerWith } = await openIssuer();
      answerWith(status);
      const handler = jwks({ issuer, jwksUri });
      const token = await sign(claims);
      const { open } = endpoints(handler);
      expect(await said(open(bearing(token)))).toMatchObject([503, { code: "unavailable" }]);
      await expect(createIdentity({ handler }).getAuth(bearing(token))).rejects.toMatchObject({ code: "unavailable" });
    },
  );

  it("nor when nobody is there at all", async () => {
    const { sign } = await openIssuer();
    const { open } = endpoints(jwks({ issuer, jwksUri: "http://127.0.0.1:1/jwks.json" }));
    expect((await said(open(bearing(await sign(claims)))))[0]).toBe(503);
  });
});

describe("those of known issuers", () => {
  const fetched: string[] = [];

  it.each<[string, AuthHandler, JWTPayload, string]>([
    [
      "Auth0",
      auth0({ domain: "you.eu.auth0.com", audience: "api" }),
      { iss: "https://you.eu.auth0.com/", aud: "api" },
      "https://you.eu.auth0.com/.well-known/jwks.json",
    ],
    [
      "Firebase",
      firebase({ projectId: "shop" }),
      { iss: "https://securetoken.google.com/shop", aud: "shop" },
      "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
    ],
    [
      "Supabase",
      supabase({ url: "https://abc.supabase.co" }),
      { iss: "https://abc.supabase.co/auth/v1", aud: "authenticated" },
      "https://abc.supabase.co/auth/v1/.well-known/jwks.json",
    ],
  ])("%s: its tokens are known by the keys that stand where it says", async (_, handler, own, address) => {
    const real = await openIssuer();
    const keys = await (await fetch(real.jwksUri)).json();
    vi.stubGlobal("fetch", async (url: string | URL) => {
      fetched.push(String(url));
      return Response.json(keys);
    });
    const { open, closed } = endpoints(handler);
    expect(await said(closed(bearing(await real.sign({ ...own, sub: "7" }))))).toMatchObject([200, { userId: "7" }]);
    expect(fetched.at(-1)).toBe(address);
    expect(await said(open(bearing(await real.sign({ ...own, aud: "other", sub: "7" }))))).toMatchObject([
      200,
      { userId: null },
    ]);
    expect(await said(open(bearing(await real.sign(own))))).toMatchObject([200, { userId: null }]); // a key for everybody has no user
    vi.unstubAllGlobals();
  });

  it("better-auth is asked in the same process", async () => {
    const getSession = vi.fn(async ({ headers }: { headers: Headers }) =>
      headers.get("cookie") === "session=1" ? { user: { id: "7" }, session: { id: "s" } } : null,
    );
    const handler = betterAuth({ api: { getSession } });
    expect(await handler(request({ cookie: "session=1" }))).toEqual({ userId: "7", sessionId: "s" });
    expect(await handler(request())).toBeNull();
    getSession.mockRejectedValue(new Error("db down"));
    expect((await said(endpoints(handler).open(request())))[0]).toBe(500);
  });
});
