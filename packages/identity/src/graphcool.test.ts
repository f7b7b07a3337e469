import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { anyOf, memoryStore } from "./index.ts";
import { bearing, endpoints, request, said, tokensFor } from "./testing/app.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => void vi.useRealTimers());

describe("Graphcool: tokens and rights", () => {
  it("G6: a token that proves nothing gets what everybody gets, and is told so", async () => {
    const { open, closed } = endpoints(tokensFor().handler());
    const bad = bearing("a.b.c.d.e");
    const answer = await open(bad);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
    expect(await answer.json()).toMatchObject({ userId: null, error: expect.any(String) });
    expect((await open(request())).headers.get("www-authenticate")).toBeNull();
    expect((await said(closed(bearing("a.b.c.d.e"))))[0]).toBe(401);
  });

  it("G7: a temporary token is good for its time", async () => {
    const tokens = tokensFor();
    const { open } = endpoints(tokens.handler());
    const token = await tokens.createAuthToken("7", { expiration: 1 });
    expect((await said(open(bearing(token))))[1]["userId"]).toBe("7");
    vi.setSystemTime(Date.now() + 2000);
    expect((await said(open(bearing(token))))[1]["userId"]).toBeNull();
  });

  describe("G8: a permanent token", () => {
    it("is good without an end until it is revoked, and is kept as a digest alone", async () => {
      const store = memoryStore();
      const tokens = tokensFor({ store });
      const { id, token } = await tokens.createPermanent({
        name: "importer",
        userId: "service",
        extras: { scope: "all" },
      });
      expect(token).toMatch(/^pat_/);
      expect(JSON.stringify(await store.permanentTokens())).not.toContain(token.split(".")[1]);
      const { closed } = endpoints(tokens.permanentHandler());
      vi.setSystemTime(Date.now() + 10 * 365 * 86_400_000);
      expect(await said(closed(bearing(token)))).toEqual([200, { userId: "service", extras: { scope: "all" } }]);
      expect(await tokens.permanent()).toMatchObject([{ name: "importer", lastUsedAt: Date.now(), revokedAt: null }]);
      expect([await tokens.revokePermanent(id), await tokens.revokePermanent(id)]).toEqual([true, false]);
      expect((await said(closed(bearing(token))))[0]).toBe(401);
    });

    it.each([{ origin: "https://app.test" }, { "sec-fetch-mode": "cors" }])(
      "T21: is refused from a browser, which shows %j",
      async (headers) => {
        const tokens = tokensFor();
        const { token } = await tokens.createPermanent({ name: "importer", userId: "service" });
        const { closed } = endpoints(tokens.permanentHandler());
        expect(await said(closed(bearing(token, headers)))).toMatchObject([
          401,
          { message: expect.stringContaining("no browser") },
        ]);
      },
    );

    it("that was guessed is refused, and is no access token", async () => {
      const tokens = tokensFor();
      const { token } = await tokens.createPermanent({ name: "importer", userId: "service" });
      const guessed = `${token.slice(0, -5)}AAAAA`;
      expect((await said(endpoints(tokens.permanentHandler()).closed(bearing(guessed))))[0]).toBe(401);
      expect(await tokens.handler()(bearing(token))).toBeNull();
      expect(await tokens.permanentHandler()(bearing(await tokens.createAuthToken("7")))).toBeNull();
    });
  });

  it("G9: rights are decided by who is calling: everybody, a user, a service", async () => {
    const tokens = tokensFor();
    const handler = anyOf(tokens.permanentHandler(), tokens.handler());
    const { token } = await tokens.createPermanent({ name: "importer", userId: "importer", extras: { service: true } });
    const may = async (shown: Request, channel: string): Promise<boolean> => {
      const caller = await handler(shown);
      return caller !== null && (caller.extras?.["service"] === true || channel === `private-user-${caller.userId}`);
    };
    const user = await tokens.createAuthToken("7");
    const asked = (channel: string): Promise<boolean[]> =>
      Promise.all([may(request(), channel), may(bearing(user), channel), may(bearing(token), channel)]);
    expect(await asked("private-user-7")).toEqual([false, true, true]);
    expect(await asked("private-user-8")).toEqual([false, false, true]);
  });
});

describe("revoking", () => {
  it("ends one session, or all of a user, and then tells the app", async () => {
    const store = memoryStore();
    const told: string[] = [];
    const tokens = tokensFor({
      store,
      async onRevoke(user) {
        const left = await Promise.all(
          sessions.map(async ({ sessionId }) => (await store.session(sessionId))?.revokedAt),
        );
        told.push(`${user}: ${left.filter((at) => at === null).length} left`); // revoked first, told then
      },
    });
    const sessions = [await tokens.issue("7"), await tokens.issue("7"), await tokens.issue("8")];
    const states = async (): Promise<number[]> => {
      const { closed } = endpoints(tokens.handler());
      return Promise.all(sessions.map(async ({ authToken }) => (await said(closed(bearing(authToken))))[0]));
    };
    await tokens.revoke({ sessionId: sessions[0]?.sessionId ?? "" });
    expect(await states()).toEqual([401, 200, 200]);
    await tokens.revoke({ userId: "7" });
    expect(await states()).toEqual([401, 401, 200]);
    expect(told).toEqual(["7: 2 left", "7: 1 left"]);
  });

  it("is not seen before a token has expired where no session is asked for", async () => {
    const tokens = tokensFor();
    const { authToken, sessionId } = await tokens.issue("7");
    await tokens.revoke({ sessionId });
    const { closed } = endpoints(tokens.handler({ revocation: "none" }));
    expect((await said(closed(bearing(authToken))))[0]).toBe(200);
  });
});
