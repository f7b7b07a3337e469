import { beforeEach, describe, expect, it } from "vitest";
import type { PermanentToken, Session, TokenStore } from "./store.ts";

const session = (id: string, change: Partial<Session> = {}): Session => ({
  id,
  userId: "7",
  table: "",
  extras: '{"role":"ądmin"}',
  createdAt: 1_795_262_400_001,
  revokedAt: null,
  ...change,
});

const permanent = (id: string, change: Partial<PermanentToken> = {}): PermanentToken => ({
  id,
  name: "importer",
  userId: "service",
  table: "",
  digest: "d",
  extras: "{}",
  createdAt: 1,
  lastUsedAt: null,
  revokedAt: null,
  ...change,
});

/** The law of token stores. @param open gives an empty one */
export function tokenStoreContract(title: string, open: () => Promise<TokenStore>): void {
  describe(`the token store ${title}`, () => {
    let store: TokenStore;
    beforeEach(async () => {
      store = await open();
    });

    it("gives back what it was given, and nothing for what it was not", async () => {
      await store.addSession(session("a", { table: "admin" }));
      await store.addRefreshToken({ id: "r", sessionId: "a", digest: "d", expiresAt: 2 ** 42, usedAt: null });
      await store.addPermanentToken(permanent("p"));
      expect(await store.session("a")).toEqual(session("a", { table: "admin" }));
      expect(await store.refreshToken("r")).toEqual({
        id: "r",
        sessionId: "a",
        digest: "d",
        expiresAt: 2 ** 42,
        usedAt: null,
      });
      expect(await store.permanentToken("p")).toEqual(permanent("p"));
      expect([await store.session("r"), await store.refreshToken("a"), await store.permanentToken("a")]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    });

    it("revokes one session, once", async () => {
      await store.addSession(session("a"));
      await store.addSession(session("b"));
      expect(await store.revokeSessions({ sessionId: "a" }, 5)).toEqual([session("a")]);
      expect(await store.revokeSessions({ sessionId: "a" }, 6)).toEqual([]);
      expect([(await store.session("a"))?.revokedAt, (await store.session("b"))?.revokedAt]).toEqual([5, null]);
    });

    it("revokes all sessions of a user of one table, and of nobody else", async () => {
      const others = [session("c", { userId: "8" }), session("d", { table: "admin" })];
      for (const one of [session("a"), session("b"), ...others]) await store.addSession(one);
      const revoked = await store.revokeSessions({ userId: "7", table: "" }, 5);
      expect(revoked.map(({ id }) => id).sort()).toEqual(["a", "b"]);
      for (const { id } of others) expect((await store.session(id))?.revokedAt).toBeNull();
    });

    it("lets a refresh token be used once, by one of those who try at the same time", async () => {
      await store.addSession(session("a"));
      await store.addRefreshToken({ id: "r", sessionId: "a", digest: "d", expiresAt: 9, usedAt: null });
      const uses = await Promise.all([1, 2, 3, 4].map((at) => store.useRefreshToken("r", at)));
      expect(uses.filter(Boolean).length).toBe(1);
      expect(await store.useRefreshToken("r", 5)).toBe(false);
      expect(await store.useRefreshToken("none", 5)).toBe(false);
      expect((await store.refreshToken("r"))?.usedAt).toBeGreaterThan(0);
    });

    it("lists permanent tokens, the newest first, and says when they were used and revoked", async () => {
      await store.addPermanentToken(permanent("old", { createdAt: 1 }));
      await store.addPermanentToken(permanent("new", { createdAt: 2 }));
      await store.touchPermanentToken("old", 7);
      expect([await store.revokePermanentToken("old", 8), await store.revokePermanentToken("old", 9)]).toEqual([
        true,
        false,
      ]);
      expect(await store.permanentTokens()).toEqual([
        permanent("new", { createdAt: 2 }),
        permanent("old", { createdAt: 1, lastUsedAt: 7, revokedAt: 8 }),
      ]);
    });
  });
}
