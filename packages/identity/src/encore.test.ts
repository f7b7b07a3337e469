import { describe, expect, it, vi } from "vitest";
import { APIError, type AuthData, authHandler, cookie, createIdentity, header, query } from "./index.ts";

const u1: AuthData = { userId: "u1" };

/** An identity that knows one credential, wherever it is shown, and counts how often it is asked. */
function app(handle: (shown: string) => Promise<AuthData | null> = async (shown) => good(shown)) {
  const asked = vi.fn(handle);
  const errors: unknown[] = [];
  const identity = createIdentity({
    handler: authHandler(
      { authorization: header("Authorization"), t: query("t"), sid: cookie("sid") },
      ({ authorization, t, sid }) => asked(authorization ?? t ?? sid ?? ""),
    ),
    onError: (error) => errors.push(error),
  });
  const open = identity.endpoint({}, (_, auth) => Response.json({ me: auth.userId }));
  const secret = identity.endpoint({ auth: true }, (_, auth) => Response.json({ me: auth.userId }));
  return { identity, asked, errors, open, secret };
}

function good(shown: string): AuthData {
  if (shown === "ok") return u1;
  throw APIError.unauthenticated("bad credential");
}

const get = (path: string, headers: Record<string, string> = {}): Request =>
  new Request(`http://app.test${path}`, { headers });
const answer = async (response: Promise<Response>): Promise<[number, unknown]> => {
  const { status, body } = await response.then(async (one) => ({ status: one.status, body: await one.json() }));
  return [status, body];
};

describe("Encore: the auth handler", () => {
  it("E1: is not run where the request holds none of its parameters, and the caller is nobody", async () => {
    const { open, asked } = app();
    expect(await answer(open(get("/open", { "x-other": "ok" })))).toEqual([200, { me: null }]);
    expect(asked).not.toHaveBeenCalled();
  });

  it.each([
    ["a header", get("/open", { authorization: "ok" })],
    ["the query", get("/open?t=ok")],
    ["a cookie", get("/open", { cookie: "a=b; sid=ok; c=d" })],
  ])("E2: gets its parameters from %s, and nothing else of the request", async (_, request) => {
    const { open, asked } = app();
    expect(await answer(open(request))).toEqual([200, { me: "u1" }]);
    expect(asked.mock.calls).toEqual([["ok"]]);
  });

  it("E3: runs for endpoints that need nobody as well", async () => {
    const { open, secret } = app();
    for (const endpoint of [open, secret])
      expect(await answer(endpoint(get("/", { authorization: "ok" })))).toEqual([200, { me: "u1" }]);
  });

  it("E4: that refuses what is shown leaves the caller nobody, as if nothing had been shown", async () => {
    const { open, secret } = app();
    expect(await answer(open(get("/open", { authorization: "bad" })))).toEqual([200, { me: null }]);
    const refused = { code: "unauthenticated", message: "bad credential", details: null };
    expect(await answer(secret(get("/private", { authorization: "bad" })))).toEqual([401, refused]);
  });

  it.each<[string, () => Promise<AuthData | null>]>([
    ["null", async () => null],
    ["no userId", async () => ({}) as AuthData],
    ["a userId that is empty", async () => ({ userId: "" })],
    ["a userId that is a number", async () => ({ userId: 1 }) as unknown as AuthData],
  ])("E4: that gives %s has found nobody", async (_, handle) => {
    expect(await answer(app(handle).open(get("/?t=x")))).toEqual([200, { me: null }]);
  });

  it("E5: that fails ends the request, even where nobody is needed, and says nothing of why", async () => {
    const { open, errors, identity } = app(async () => {
      throw new Error("db down: password tofu");
    });
    const [status, body] = await answer(open(get("/?t=x")));
    expect([status, JSON.stringify(body)]).toEqual([500, expect.not.stringContaining("tofu")]);
    expect(errors).toEqual([new Error("db down: password tofu")]);
    await expect(identity.getAuth(get("/?t=x"))).rejects.toThrow("db down");
  });

  it("E5: that throws another APIError ends the request as that says", async () => {
    const { open } = app(async () => {
      throw APIError.permissionDenied("banned");
    });
    expect(await answer(open(get("/?t=x")))).toEqual([
      403,
      { code: "permission_denied", message: "banned", details: null },
    ]);
  });

  it("E6: an endpoint with auth is closed where nothing is shown", async () => {
    const refused = { code: "unauthenticated", message: "Not authenticated", details: null };
    expect(await answer(app().secret(get("/private")))).toEqual([401, refused]);
  });

  it("E7: what it found is known far from the request, and of no other request", async () => {
    const { identity } = app(async (shown) => ({ userId: shown }));
    const far = async (): Promise<string | undefined> => {
      await new Promise((resolve) => setImmediate(resolve));
      return identity.getAuthData()?.userId;
    };
    const endpoint = identity.endpoint({}, async () => Response.json([await far(), await far()]));
    const names = ["ann", "bob", "carol"];
    const answers = await Promise.all(names.map((name) => answer(endpoint(get(`/?t=${name}`)))));
    expect(answers).toEqual(names.map((name) => [200, [name, name]]));
    expect(await answer(endpoint(get("/")))).toEqual([200, [null, null]]);
    expect(identity.getAuthData()).toBeNull();
  });

  it("E9: runs once for a request, however often it is asked who is calling", async () => {
    const { identity, asked } = app();
    const request = get("/?t=ok");
    const endpoint = identity.endpoint({ auth: true }, async (own) => {
      await Promise.all([identity.getAuth(own), identity.getAuth(own), identity.getAuth(request)]);
      return new Response();
    });
    await endpoint(request);
    expect(asked).toHaveBeenCalledTimes(1);
  });
});
