import { base64url, CompactEncrypt, EncryptJWT, generateKeyPair } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { anyOf, bearer, memoryStore, realtimeId } from "./index.ts";
import { bearing, endpoints, request, said, secretOf, tokensFor } from "./testing/app.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

const pass = (seconds: number): unknown => vi.setSystemTime(Date.now() + seconds * 1000);

describe("Xano: tokens", () => {
  it("X2: are JWEs, of which nobody outside can read more than how they are sealed", async () => {
    const token = await tokensFor().createAuthToken("7", { extras: { role: "admin" } });
    const parts = token.split(".");
    expect(parts.length).toBe(5);
    expect(JSON.parse(new TextDecoder().decode(base64url.decode(parts[0] ?? "")))).toEqual({
      alg: "dir",
      enc: "A256CBC-HS512",
      kid: "2026-11",
      typ: "at+jwt",
    });
    for (const part of parts) expect(new TextDecoder().decode(base64url.decode(part))).not.toContain("admin");
  });

  it("X3: carry their extras to the endpoint, and no store is asked for them", async () => {
    const store = memoryStore();
    for (const name of Object.keys(store) as (keyof typeof store)[]) {
      vi.spyOn(store, name).mockRejectedValue(new Error("the store was asked") as never);
    }
    const tokens = tokensFor({ store });
    const token = await tokens.createAuthToken("7", { extras: { role: "admin" } });
    const { closed } = endpoints(tokens.handler());
    expect(await said(closed(bearing(token)))).toEqual([200, { userId: "7", extras: { role: "admin" } }]);
  });

  it("X4: last as many seconds as was said", async () => {
    const tokens = tokensFor();
    const token = await tokens.createAuthToken("7", { expiration: 1 });
    const { closed } = endpoints(tokens.handler());
    expect((await said(closed(bearing(token))))[0]).toBe(200);
    pass(2);
    expect(await said(closed(bearing(token)))).toMatchObject([401, { message: "The token has expired" }]);
  });

  describe("X5: are renewed by refresh tokens, each good for one use", () => {
    it("each gives the next pair, of the same session", async () => {
      const tokens = tokensFor();
      const first = await tokens.issue("7", { extras: { role: "admin" } });
      const second = await tokens.refresh(first.refreshToken);
      expect(second).toMatchObject({ sessionId: first.sessionId, expiresIn: 900 });
      expect(second.refreshToken).not.toBe(first.refreshToken);
      const { closed } = endpoints(tokens.handler());
      expect(await said(closed(bearing(second.authToken)))).toMatchObject([
        200,
        { userId: "7", extras: { role: "admin" } },
      ]);
    });

    it("one that is used again ends the session, with its newest tokens too, and the app is told", async () => {
      const onRevoke = vi.fn();
      const tokens = tokensFor({ onRevoke });
      const first = await tokens.issue("7");
      const second = await tokens.refresh(first.refreshToken);
      await expect(tokens.refresh(first.refreshToken)).rejects.toThrow("was used before");
      await expect(tokens.refresh(second.refreshToken)).rejects.toThrow("The session has ended");
      const { closed } = endpoints(tokens.handler());
      expect(await said(closed(bearing(second.authToken)))).toMatchObject([401, { message: "The session has ended" }]);
      expect(onRevoke.mock.calls).toEqual([["7"]]);
    });

    it("of four that use one at the same time, one alone gets a pair", async () => {
      const tokens = tokensFor();
      const { refreshToken } = await tokens.issue("7");
      const uses = await Promise.allSettled([1, 2, 3, 4].map(() => tokens.refresh(refreshToken)));
      expect(uses.filter(({ status }) => status === "fulfilled").length).toBe(1);
    });

    it("one that has waited too long is good for nothing", async () => {
      const tokens = tokensFor({ refreshExpiration: 60 });
      const { refreshToken } = await tokens.issue("7");
      pass(61);
      await expect(tokens.refresh(refreshToken)).rejects.toMatchObject({ code: "unauthenticated" });
    });

    it.each([
      "",
      "rt_x.y",
      "pat_00000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
      "rt_00000000-0000-0000-0000-000000000000.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ])("%j is none", async (token) => {
      await expect(tokensFor().refresh(token)).rejects.toThrow("The refresh token is not known");
    });

    it("one whose secret is another's is none, and ends nothing", async () => {
      const tokens = tokensFor();
      const [own, other] = [await tokens.issue("7"), await tokens.issue("8")];
      const forged = `${own.refreshToken.split(".")[0]}.${other.refreshToken.split(".")[1]}`;
      await expect(tokens.refresh(forged)).rejects.toThrow("not known");
      await expect(tokens.refresh(own.refreshToken)).resolves.toBeDefined();
    });
  });

  describe("X6: may come in another header than Authorization", () => {
    const tokens = tokensFor();
    const token = bearer({ header: "X-Xano-Authorization", onlyIf: "X-Xano-Authorization-Only" });
    const { open, closed } = endpoints(tokens.handler({ token }));
    const only = { "x-xano-authorization-only": "true" };

    it("which is read where the flag is set, and Authorization is not", async () => {
      const own = await tokens.createAuthToken("7");
      const other = await tokens.createAuthToken("8");
      const both = bearing(other, { ...only, "x-xano-authorization": `Bearer ${own}` });
      expect(await said(closed(both))).toMatchObject([200, { userId: "7" }]);
      expect(await said(open(bearing(other, only)))).toMatchObject([200, { userId: null }]);
      expect(await said(open(bearing("of somebody else", only)))).toMatchObject([200, { userId: null }]);
      expect(await said(closed(bearing(other)))).toMatchObject([200, { userId: "8" }]);
    });
  });

  describe("X7: are of one table of users", () => {
    const tokens = tokensFor();
    const users = endpoints(tokens.handler({ table: "user" }));
    const admins = endpoints(tokens.handler({ table: "admin" }));

    it("and are good for that alone", async () => {
      const token = await tokens.createAuthToken("1", { table: "admin" });
      expect(await said(users.closed(bearing(token)))).toMatchObject([
        401,
        { message: "The token is of another table" },
      ]);
      expect(await said(admins.closed(bearing(token)))).toMatchObject([200, { userId: "1" }]);
      const plain = await tokens.createAuthToken("1");
      expect((await said(users.closed(bearing(plain))))[0]).toBe(401);
    });

    it("and the same id in two tables is two users to the realtime server", async () => {
      expect(realtimeId({ userId: "1", table: "admin" })).toBe("admin.1");
      expect(realtimeId({ userId: "1", table: "user" })).toBe("user.1");
      expect(realtimeId({ userId: "1" })).toBe("1");
      const both = anyOf(tokens.handler({ table: "user" }), tokens.handler({ table: "admin" }));
      const token = await tokens.createAuthToken("1", { table: "admin" });
      const data = await both(bearing(token));
      expect(data && realtimeId(data)).toBe("admin.1");
    });
  });

  describe("X8: outlive the key that has sealed them, while it is listed", () => {
    it("and not longer", async () => {
      const store = memoryStore();
      const old = { kid: "old", secret: secretOf("old") };
      const fresh = { kid: "fresh", secret: secretOf("fresh") };
      const token = await tokensFor({ store, keys: [old] }).createAuthToken("7");
      const both = endpoints(tokensFor({ store, keys: [fresh, old] }).handler());
      expect((await said(both.closed(bearing(token))))[0]).toBe(200);
      const after = endpoints(tokensFor({ store, keys: [fresh] }).handler());
      expect(await said(after.closed(bearing(token)))).toMatchObject([
        401,
        { message: expect.stringContaining("not known any more") },
      ]);
    });

    it.each([
      [[], /at least one/],
      [[{ kid: "a", secret: "short" }], /shorter than 32 bytes/],
      [[{ kid: "", secret: secretOf("a") }], /no kid/],
      [
        [
          { kid: "a", secret: secretOf("a") },
          { kid: "a", secret: secretOf("b") },
        ],
        /same kid/,
      ],
    ])("a ring of %j is refused", (keys, sentence) => {
      expect(() => tokensFor({ keys })).toThrow(sentence);
    });
  });

  describe("X9: cannot be changed or forged", () => {
    const tokens = tokensFor();
    const { closed } = endpoints(tokens.handler());
    const refused = async (token: string): Promise<void> => {
      const [status, body] = await said(closed(bearing(token)));
      expect([status, body["code"]], token).toEqual([401, "unauthenticated"]);
    };

    it("not by a character in any part", async () => {
      const token = await tokens.createAuthToken("7");
      const parts = token.split(".");
      for (const at of [0, 2, 3, 4]) {
        const part = parts[at] ?? "";
        const middle = Math.floor(part.length / 2);
        const changed = part.slice(0, middle) + (part[middle] === "A" ? "B" : "A") + part.slice(middle + 1);
        await refused(parts.with(at, changed).join("."));
      }
      await refused(parts.with(1, "A").join("."));
    });

    it("not by another algorithm or encryption under the name of the key", async () => {
      const { publicKey } = await generateKeyPair("RSA-OAEP");
      const claims = new TextEncoder().encode(
        JSON.stringify({ sub: "7", iss: "https://app.test", aud: "app", exp: 9e9, iat: 1, jti: "1" }),
      );
      const rsa = new CompactEncrypt(claims).setProtectedHeader({
        alg: "RSA-OAEP",
        enc: "A256GCM",
        kid: "2026-11",
        typ: "at+jwt",
      });
      await refused(await rsa.encrypt(publicKey));
      const password = new CompactEncrypt(claims).setProtectedHeader({
        alg: "PBES2-HS256+A128KW",
        enc: "A128GCM",
        kid: "2026-11",
        typ: "at+jwt",
      });
      await refused(await password.encrypt(new TextEncoder().encode(secretOf("2026-11"))));
      const other = new EncryptJWT({ sub: "7" }).setProtectedHeader({
        alg: "dir",
        enc: "A256GCM",
        kid: "2026-11",
        typ: "at+jwt",
      });
      await refused(await other.encrypt(new Uint8Array(32)));
    });

    it("not by what was sealed for another app, another issuer or another use", async () => {
      await refused(await tokensFor({ audience: "other" }).createAuthToken("7"));
      await refused(await tokensFor({ issuer: "https://other.test" }).createAuthToken("7"));
      await refused(await tokens.createPassport({ userId: "7" }, "app"));
    });

    it("and nothing that is no such token is taken for one", async () => {
      for (const token of ["a.b.c.d.e", "....", "eyJhbGciOiJkaXIifQ....", "x"]) await refused(token);
      expect(await tokens.handler()(request())).toBeNull();
    });
  });
});
