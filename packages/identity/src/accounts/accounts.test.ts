import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type Accounts,
  type AccountsOptions,
  createAccounts,
  createAccountTables,
  createTokenTables,
  forwardedAddress,
  kyselyStore,
} from "../accounts.ts";
import type { TokenPair, Tokens } from "../index.ts";
import { bearing, said, tokensFor } from "../testing/app.ts";
import { type Database, postgres, sqlite } from "../testing/databases.ts";
import { openIssuer } from "../testing/issuer.ts";

const ann = { email: "ann@example.com", password: "correct horse" };

const post = (body: unknown, headers: Record<string, string> = {}): Request =>
  new Request("http://app.test/", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

describe.each([sqlite, postgres()])("accounts on $title", ({ open }) => {
  let db: Database;
  let revoked: string[];

  beforeEach(async () => {
    db = await open();
    await createTokenTables(db);
    await createAccountTables(db);
    revoked = [];
  });
  afterEach(() => void vi.useRealTimers());

  function app(change: Partial<AccountsOptions> = {}): Accounts & { tokens: Tokens } {
    const tokens = tokensFor({ store: kyselyStore(db), onRevoke: (user) => revoked.push(user) });
    const fail = (error: unknown): never => {
      throw error;
    };
    return { ...createAccounts({ db, tokens, onError: fail, ...change }), tokens };
  }

  const signedUp = async ({ routes }: Accounts, who: object = ann): Promise<TokenPair> =>
    (await (await routes.signup(post(who))).json()) as TokenPair;

  it("G1, X1: somebody signs up, signs in, and is told who they are, without their password", async () => {
    const { routes } = app({ extras: ({ email }) => ({ role: email?.startsWith("ann") ? "admin" : "user" }) });
    expect(await said(routes.signup(post(ann)))).toMatchObject([
      200,
      { authToken: expect.any(String), expiresIn: 900 },
    ]);
    const [status, { authToken, refreshToken }] = await said(routes.login(post(ann)));
    expect([status, typeof refreshToken]).toEqual([200, "string"]);
    const [found, me] = await said(routes.me(bearing(String(authToken))));
    expect(found).toBe(200);
    expect(me).toEqual({
      id: expect.any(String),
      email: "ann@example.com",
      username: null,
      phone: null,
      createdAt: expect.any(Number),
    });
  });

  it("G1: a second who has the address is told so, however it is written", async () => {
    const { routes } = app();
    await signedUp({ routes } as Accounts);
    for (const email of ["ann@example.com", " Ann@Example.COM "]) {
      expect(await said(routes.signup(post({ ...ann, email })))).toMatchObject([409, { code: "already_exists" }]);
    }
  });

  it("of several who sign up with one name at the same time, one alone gets it", async () => {
    const { routes } = app();
    const all = await Promise.all(
      [1, 2, 3].map(() => said(routes.signup(post({ username: "ann", password: ann.password })))),
    );
    expect(all.map(([status]) => status).sort()).toEqual([200, 409, 409]);
  });

  it("somebody signs in by the name that they have chosen", async () => {
    const { routes } = app();
    await signedUp({ routes } as Accounts, { ...ann, username: "Änn_1" });
    expect((await said(routes.login(post({ username: "änn_1", password: ann.password }))))[0]).toBe(200);
    expect((await said(routes.login(post({ username: "bob", password: ann.password }))))[0]).toBe(401);
  });

  it("X1: without a token nobody is told who they are", async () => {
    expect(await said(app().routes.me(new Request("http://app.test/")))).toMatchObject([
      401,
      { code: "unauthenticated" },
    ]);
  });

  it("C8: users.getUser() gives a user, and says so where there is none", async () => {
    const { routes, users } = app();
    const { authToken } = await signedUp({ routes } as Accounts);
    const [, me] = await said(routes.me(bearing(authToken)));
    expect(await users.getUser(String(me["id"]))).toEqual(me);
    await expect(users.getUser("nobody")).rejects.toMatchObject({ code: "not_found", status: 404 });
  });

  it("X5: a refresh token gives the next pair, once", async () => {
    const { routes } = app();
    const { refreshToken } = await signedUp({ routes } as Accounts);
    const [status, next] = await said(routes.refresh(post({ refreshToken })));
    expect([status, next["authToken"] !== undefined]).toEqual([200, true]);
    expect((await said(routes.refresh(post({ refreshToken }))))[0]).toBe(401);
    expect((await said(routes.refresh(post({ refreshToken: next["refreshToken"] }))))[0]).toBe(401);
    expect(revoked.length).toBe(1);
  });

  it("X7: the users of two tables are nothing to each other", async () => {
    const [users, admins] = [app({ table: "user" }), app({ table: "admin" })];
    const user = await signedUp(users);
    await signedUp(admins, { ...ann, password: "another horse" });
    expect((await said(admins.routes.login(post(ann))))[0]).toBe(401);
    expect((await said(admins.routes.me(bearing(user.authToken))))[0]).toBe(401);
    expect((await said(users.routes.me(bearing(user.authToken))))[0]).toBe(200);
    await users.routes.logout(
      new Request("http://app.test/", { method: "POST", headers: { authorization: `Bearer ${user.authToken}` } }),
    );
    expect(revoked).toEqual([expect.stringMatching(/^user\./)]);
  });

  it("T16: who signs out is nobody at once, on this device alone", async () => {
    const { routes } = app();
    const [first, second] = [await signedUp({ routes } as Accounts), (await said(routes.login(post(ann))))[1]];
    expect((await said(routes.logout(post({}, { authorization: `Bearer ${first.authToken}` }))))[0]).toBe(200);
    expect((await said(routes.me(bearing(first.authToken))))[0]).toBe(401);
    expect((await said(routes.refresh(post({ refreshToken: first.refreshToken }))))[0]).toBe(401);
    expect((await said(routes.me(bearing(String(second["authToken"])))))[0]).toBe(200);
    expect(revoked.length).toBe(1);
  });

  it("T16: another password ends every session but the new one", async () => {
    const { routes } = app();
    const { authToken } = await signedUp({ routes } as Accounts);
    const authorization = `Bearer ${authToken}`;
    const wrong = post({ currentPassword: "tofu tofu", newPassword: "battery staple" }, { authorization });
    expect((await said(routes.password(wrong)))[0]).toBe(401);
    const right = post({ currentPassword: ann.password, newPassword: "battery staple" }, { authorization });
    const [status, next] = await said(routes.password(right));
    expect(status).toBe(200);
    expect((await said(routes.me(bearing(authToken))))[0]).toBe(401);
    expect((await said(routes.me(bearing(String(next["authToken"])))))[0]).toBe(200);
    expect((await said(routes.login(post(ann))))[0]).toBe(401);
    expect((await said(routes.login(post({ ...ann, password: "battery staple" }))))[0]).toBe(200);
  });

  describe("G2: by telephone", () => {
    const phone = "+41 79 123 45 67";
    function withPhone(): { accounts: Accounts; sent: [to: string, code: string][]; other: (code: string) => string } {
      const sent: [string, string][] = [];
      const send = async (to: string, code: string): Promise<unknown> => sent.push([to, code]);
      return { accounts: app({ phone: { send } }), sent, other: (code) => (code === "000000" ? "000001" : "000000") };
    }

    it("somebody gets a code, shows it, and is the same user each time", async () => {
      const { accounts, sent } = withPhone();
      const { phoneStart, phoneVerify, me } = accounts.routes;
      expect(await said(phoneStart(post({ phone })))).toEqual([200, {}]);
      expect(sent).toEqual([["+41791234567", expect.stringMatching(/^\d{6}$/)]]);
      const [status, { authToken }] = await said(phoneVerify(post({ phone, code: sent[0]?.[1] })));
      expect(status).toBe(200);
      expect((await said(me(bearing(String(authToken)))))[1]).toMatchObject({ phone: "+41791234567", email: null });
      const again = await said(phoneVerify(post({ phone, code: sent[0]?.[1] })));
      expect(again).toMatchObject([401, { code: "unauthenticated" }]); // each code once
    });

    it("of wrong codes the fourth ends the code", async () => {
      const { accounts, sent, other } = withPhone();
      const { phoneStart, phoneVerify } = accounts.routes;
      await phoneStart(post({ phone }));
      const code = sent[0]?.[1] ?? "";
      for (let time = 0; time < 3; time++) {
        expect((await said(phoneVerify(post({ phone, code: other(code) }))))[0]).toBe(401);
      }
      expect((await said(phoneVerify(post({ phone, code }))))[0]).toBe(429);
    });

    it("a code is good for five minutes", async () => {
      const { accounts, sent } = withPhone();
      await accounts.routes.phoneStart(post({ phone }));
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 301_000 });
      expect((await said(accounts.routes.phoneVerify(post({ phone, code: sent[0]?.[1] }))))[0]).toBe(401);
    });

    it("a second code within a minute is not sent, for each costs money", async () => {
      const { accounts, sent } = withPhone();
      await accounts.routes.phoneStart(post({ phone }));
      expect((await accounts.routes.phoneStart(post({ phone }))).status).toBe(429);
      expect(sent.length).toBe(1);
    });

    it("of several who show one code at the same time, one alone gets in", async () => {
      const { accounts, sent } = withPhone();
      await accounts.routes.phoneStart(post({ phone }));
      const shown = post({ phone, code: sent[0]?.[1] });
      const all = await Promise.all([1, 2, 3].map(() => said(accounts.routes.phoneVerify(shown.clone()))));
      expect(all.filter(([status]) => status === 200).length).toBe(1);
    });

    it("G4: is another user than one of an e-mail address, who cannot be reached by a telephone", async () => {
      const { accounts, sent } = withPhone();
      const mail = await signedUp(accounts);
      await accounts.routes.phoneStart(post({ phone }));
      const [, { authToken }] = await said(accounts.routes.phoneVerify(post({ phone, code: sent[0]?.[1] })));
      const ids = await Promise.all(
        [mail.authToken, String(authToken)].map(
          async (token) => (await said(accounts.routes.me(bearing(token))))[1]["id"],
        ),
      );
      expect(new Set(ids).size).toBe(2);
      expect((await said(accounts.routes.phoneVerify(post({ phone: "+41791234568", code: "000000" }))))[0]).toBe(401);
    });

    it.each(["0791234567", "+41", "ann", 41791234567])("%j is no number", async (wrong) => {
      expect((await said(withPhone().accounts.routes.phoneStart(post({ phone: wrong }))))[0]).toBe(400);
    });
  });

  describe("G3: by what somebody else says of them", () => {
    const issuer = "https://issuer.test/";
    const claims = { iss: issuer, aud: "shop", sub: "ann of the issuer", email: ann.email, email_verified: true };

    it("somebody is the same user each time, and another for another issuer", async () => {
      const [first, second] = [await openIssuer(), await openIssuer()];
      const other = "https://other.test/";
      const oidc = [
        { issuer, clientId: "shop", jwksUri: first.jwksUri },
        { issuer: other, clientId: "shop", jwksUri: second.jwksUri },
      ];
      const { routes } = app({ oidc });
      const idOf = async (idToken: string): Promise<unknown> => {
        const [status, { authToken }] = await said(routes.oidc(post({ idToken })));
        expect(status).toBe(200);
        return (await said(routes.me(bearing(String(authToken)))))[1]["id"];
      };
      const ids = [
        await idOf(await first.sign(claims)),
        await idOf(await first.sign(claims)),
        await idOf(await second.sign({ ...claims, iss: other })),
      ];
      expect(ids[0]).toBe(ids[1]);
      expect(ids[2]).not.toBe(ids[0]);
    });

    it("T25: an e-mail address that somebody has signed up with makes nobody somebody else", async () => {
      const { sign, jwksUri } = await openIssuer();
      const accounts = app({ oidc: [{ issuer, clientId: "shop", jwksUri }] });
      const squatter = await signedUp(accounts);
      const [, { authToken }] = await said(accounts.routes.oidc(post({ idToken: await sign(claims) })));
      const ids = [squatter.authToken, String(authToken)].map(
        async (token) => (await said(accounts.routes.me(bearing(token))))[1]["id"],
      );
      expect(new Set(await Promise.all(ids)).size).toBe(2);
    });

    it.each<[string, object, object?]>([
      ["for another app", { ...claims, aud: "other" }],
      ["of another issuer", { ...claims, iss: "https://evil.test/" }],
      ["that has expired", claims, { seconds: -60 }],
      ["by a shared secret", claims, { alg: "HS256", key: new Uint8Array(32) }],
    ])("a token %s is refused", async (_, other, how) => {
      const { sign, jwksUri } = await openIssuer();
      const { routes } = app({ oidc: [{ issuer, clientId: "shop", jwksUri }] });
      const idToken = await sign(other as typeof claims, how);
      expect(await said(routes.oidc(post({ idToken })))).toMatchObject([401, { code: "unauthenticated" }]);
    });

    it("where nobody else is listened to, no token is taken", async () => {
      const { sign } = await openIssuer();
      expect((await said(app().routes.oidc(post({ idToken: await sign(claims) }))))[0]).toBe(401);
    });
  });

  it("T18: the database holds no password and no token that somebody could use", async () => {
    const { routes } = app();
    const { refreshToken } = await signedUp({ routes } as Accounts);
    const tables = ["usher_users", "usher_sessions", "usher_refresh_tokens"] as const;
    const rows = await Promise.all(tables.map((table) => db.selectFrom(table).selectAll().execute()));
    const dump = JSON.stringify(rows);
    expect(dump).not.toContain(ann.password);
    expect(dump).not.toContain(refreshToken.split(".")[1]);
    expect(dump).toContain("$argon2id$v=19$m=19456,t=2,p=1$");
  });

  it.each<[string, unknown]>([
    ["an address that is none", { email: "ann", password: ann.password }],
    ["neither an address nor a name", { password: ann.password }],
    ["a name of one character", { username: "a", password: ann.password }],
    ["a short password", { email: ann.email, password: "tofu" }],
    ["a password of more than 1024 bytes", { email: ann.email, password: "ą".repeat(513) }],
    ["a password that is a number", { email: ann.email, password: 12345678 }],
    ["what is no object", [ann]],
    ["what is no JSON", "email=ann"],
    ["too much", { ...ann, pad: "x".repeat(11_000) }],
  ])("%s is refused in words", async (_, body) => {
    const [status, { code, message }] = await said(app().routes.signup(post(body)));
    expect([status, code]).toEqual([400, "invalid_argument"]);
    expect(message).toMatch(/\w{4}/);
  });

  it("a form, which any page could send, is refused, and so is another method", async () => {
    const { routes } = app();
    const form = post("email=ann", { "content-type": "application/x-www-form-urlencoded" });
    expect((await said(routes.login(form)))[0]).toBe(400);
    expect((await routes.login(new Request("http://app.test/"))).status).toBe(405);
  });
});

describe("T19: nobody can try passwords one after the other", () => {
  async function withAnn(change: Partial<AccountsOptions> = {}): Promise<Accounts> {
    const db = await sqlite.open();
    await createTokenTables(db);
    await createAccountTables(db);
    const accounts = createAccounts({ db, tokens: tokensFor({ store: kyselyStore(db) }), ...change });
    await accounts.routes.signup(post(ann));
    return accounts;
  }
  const wrong = { ...ann, password: "wrong horse" };

  it("after five attempts in a minute the sixth is not even looked at, though it is right", async () => {
    const { routes } = await withAnn();
    for (let time = 0; time < 5; time++) expect((await routes.login(post(wrong))).status).toBe(401);
    const sixth = await routes.login(post(ann));
    expect([sixth.status, Number(sixth.headers.get("retry-after"))]).toEqual([429, expect.any(Number)]);
    expect(Number(sixth.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await routes.login(post({ email: "bob@example.com", password: "x" }))).status).toBe(401);
  });

  it("the owner, who comes from another address, is not kept out by it; and no header makes one address another", async () => {
    const { routes } = await withAnn({ address: forwardedAddress(1) });
    const from = (forwarded: string): Record<string, string> => ({ "x-forwarded-for": forwarded });
    for (let time = 0; time < 5; time++) await routes.login(post(wrong, from(`10.0.0.${time}, 6.6.6.6`)));
    expect((await routes.login(post(wrong, from("10.0.0.9, 6.6.6.6")))).status).toBe(429);
    expect((await routes.login(post(ann, from("7.7.7.7")))).status).toBe(200);
  });

  it.each([0, -1, 1.5])("a number of proxies of %d is refused", (proxies) => {
    expect(() => forwardedAddress(proxies)).toThrow("1 or more");
  });
});

describe("T20: nobody learns who has an account", () => {
  it("an unknown user and a wrong password are answered by the same bytes, and take as long", {
    timeout: 60_000,
  }, async () => {
    const db = await sqlite.open();
    await createTokenTables(db);
    await createAccountTables(db);
    const endless = { consume: async () => undefined };
    const limits = { attempt: endless, account: endless, address: endless, message: endless, messagesADay: endless };
    const { routes } = createAccounts({ db, tokens: tokensFor({ store: kyselyStore(db) }), limits });
    await routes.signup(post(ann));
    const times: Record<string, number[]> = { known: [], unknown: [] };
    const bodies = new Set<string>();
    for (let time = 0; time < 60; time++) {
      for (const [who, email] of [
        ["known", ann.email],
        ["unknown", "bob@example.com"],
      ] as const) {
        const began = performance.now();
        const answer = await routes.login(post({ email, password: "wrong horse" }));
        times[who]?.push(performance.now() - began);
        bodies.add(`${answer.status} ${await answer.text()}`);
      }
    }
    expect(bodies.size).toBe(1);
    const median = (all: number[] = []): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
    expect(median(times["known"]) / median(times["unknown"])).toBeGreaterThan(0.9);
    expect(median(times["known"]) / median(times["unknown"])).toBeLessThan(1.1);
  });
});
