import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type TokenPair, TokenSession } from "./client.ts";

/** What all tabs of a browser share: a storage, and locks. */
function browser() {
  const items = new Map<string, string>();
  const storage = {
    getItem: (name: string) => items.get(name) ?? null,
    setItem: (name: string, value: string) => void items.set(name, value),
    removeItem: (name: string) => void items.delete(name),
  };
  let last: Promise<unknown> = Promise.resolve();
  const locks = {
    request: (_: string, run: () => Promise<unknown>) => {
      last = last.then(run, run);
      return last;
    },
  };
  vi.stubGlobal("navigator", { locks });
  return { tab: (onSignedOut?: () => void) => new TokenSession({ refreshEndpoint: "/refresh", storage, onSignedOut }) };
}

/** An endpoint that gives the pair after the one whose token is shown, and takes each token once. */
function endpoint(): { used: string[] } {
  const used: string[] = [];
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const { refreshToken } = JSON.parse(body) as TokenPair;
    if (used.includes(refreshToken)) return new Response(null, { status: 401 });
    used.push(refreshToken);
    return Response.json(pair(Number(refreshToken.slice(1)) + 1));
  });
  return { used };
}

const pair = (number: number): TokenPair => ({ authToken: `a${number}`, refreshToken: `r${number}`, expiresIn: 900 });

beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const pass = (seconds: number): unknown => vi.setSystemTime(Date.now() + seconds * 1000);

describe("the tokens of a page", () => {
  it("are none before somebody has signed in, and after they have signed out", async () => {
    const session = browser().tab();
    expect([await session.token(), await session.headers()]).toEqual([null, {}]);
    session.set(pair(1));
    expect(await session.headers()).toEqual({ authorization: "Bearer a1" });
    session.clear();
    expect([await session.token(), await session.renew()]).toEqual([null, null]);
  });

  it("are renewed shortly before they end, and not earlier", async () => {
    const { used } = endpoint();
    const session = browser().tab();
    session.set(pair(1));
    pass(869);
    expect([await session.token(), used]).toEqual(["a1", []]);
    pass(1);
    expect([await session.token(), used]).toEqual(["a2", ["r1"]]);
    expect([await session.token(), used]).toEqual(["a2", ["r1"]]);
  });

  it("are renewed once for all who ask at the same time, in all tabs", async () => {
    const { used } = endpoint();
    const { tab } = browser();
    const [first, second, third] = [tab(), tab(), tab()];
    first.set(pair(1));
    pass(900);
    const all = [first.token(), first.token(), second.headers(), third.onUnauthorized()];
    expect(await Promise.all(all)).toEqual(["a2", "a2", { authorization: "Bearer a2" }, true]);
    expect(used).toEqual(["r1"]);
  });

  it("are gone when the endpoint refuses to renew them, and the page is told to show the login", async () => {
    endpoint();
    const onSignedOut = vi.fn();
    const session = browser().tab(onSignedOut);
    session.set(pair(1));
    await session.renew();
    session.set(pair(1)); // one that somebody has used already
    expect(await session.onUnauthorized()).toBe(false);
    expect([await session.token(), onSignedOut.mock.calls.length]).toEqual([null, 1]);
  });

  it.each([
    ["is not reached", () => Promise.reject(new TypeError("fetch failed"))],
    ["is in trouble", async () => new Response(null, { status: 503 })],
  ])("are kept while the endpoint %s", async (_, answer) => {
    vi.stubGlobal("fetch", answer);
    const session = browser().tab();
    session.set(pair(1));
    await expect(session.renew()).rejects.toThrow(TypeError);
    expect(await session.token()).toBe("a1");
  });

  it("are renewed where there are no locks, too", async () => {
    const { used } = endpoint();
    const session = browser().tab();
    vi.stubGlobal("navigator", undefined);
    session.set(pair(1));
    expect([await Promise.all([session.renew(), session.renew()]), used]).toEqual([["a2", "a2"], ["r1"]]);
  });
});
