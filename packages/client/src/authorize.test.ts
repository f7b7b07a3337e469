import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { AuthError } from "./auth-error.ts";
import {
  channelAuthorization,
  type UserAuthenticationHandler,
  type UserAuthenticationOptions,
  userAuthentication,
} from "./authorize.ts";
import { type AuthRequest, FakeEndpoint } from "./testing/fake-endpoint.ts";

const socketId = "1.2";
const signal = new AbortController().signal;
const signed = { auth: "app-key:00", user_data: '{"id":"ann"}' };

afterEach(() => void vi.unstubAllGlobals());

async function listen(): Promise<FakeEndpoint> {
  const endpoint = await FakeEndpoint.listen();
  onTestFinished(() => endpoint.close());
  return endpoint;
}

/** What a sign-in comes to that meets this answer. */
async function outcome(answer: (request: AuthRequest) => void): Promise<unknown> {
  const endpoint = await listen();
  const reply = userAuthentication({ endpoint: endpoint.url })({ socketId }, signal).catch((error: unknown) => error);
  answer(await endpoint.next());
  const result = await reply;
  if (!(result instanceof AuthError)) return result;
  return [result.status, result.message.replaceAll(endpoint.url, "URL")];
}

describe("a request", () => {
  it("is a form with the protocol's fields first, then the params, then what the provider gives", async () => {
    const endpoint = await listen();
    const reply = channelAuthorization({
      endpoint: endpoint.url,
      params: { team: "a&b c", x: 1 },
      paramsProvider: () => ({ late: "é" }),
    })({ socketId, channelName: "private-x;y" }, signal);
    const request = await endpoint.next();
    expect(request.method).toBe("POST");
    expect(request.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect(request.body).toBe("socket_id=1.2&channel_name=private-x%3By&team=a%26b%20c&x=1&late=%C3%A9");
    request.json({ auth: "app-key:00", channel_data: "{}" });
    expect(await reply).toEqual({ auth: "app-key:00", channel_data: "{}" });
  });

  it("reads headers at the time of the request, and awaits the providers", async () => {
    const endpoint = await listen();
    const headers: Record<string, string> = { "X-Csrf": "old", "X-Kind": "static" };
    const authenticate = userAuthentication({
      endpoint: endpoint.url,
      headers,
      headersProvider: async () => ({ "x-kind": "provided", Authorization: "Bearer t" }),
      paramsProvider: async () => ({ late: "yes" }),
    });
    headers["X-Csrf"] = "new";
    const reply = authenticate({ socketId }, signal);
    const request = await endpoint.next();
    expect(request.headers).toMatchObject({ "x-csrf": "new", "x-kind": "provided", authorization: "Bearer t" });
    expect(request.body).toBe("socket_id=1.2&late=yes");
    request.json(signed, 201);
    expect(await reply).toEqual(signed);
  });

  it("takes cookies along to the page's own origin only", async () => {
    const request = vi.fn(async (_url: string, _init: RequestInit) => Response.json(signed));
    vi.stubGlobal("fetch", request);
    await userAuthentication()({ socketId }, signal);
    expect(request).toHaveBeenCalledWith("/pusher/user-auth", expect.objectContaining({ credentials: "same-origin" }));
  });

  it("is given up when the signal says so", async () => {
    const endpoint = await listen();
    const controller = new AbortController();
    const reply = userAuthentication({ endpoint: endpoint.url })({ socketId }, controller.signal).catch(
      () => "given up",
    );
    const request = await endpoint.next();
    controller.abort();
    await request.abandoned;
    expect(await reply).toBe("given up");
  });

  it("fails when a provider fails", async () => {
    const authenticate = userAuthentication({
      headersProvider: () => {
        throw new Error("no token");
      },
    });
    await expect(authenticate({ socketId }, signal)).rejects.toThrow("no token");
  });
});

describe("an answer", () => {
  it("must have a status of success", async () => {
    expect(await outcome((request) => request.answer(403, "Forbidden"))).toEqual([
      403,
      "Unable to retrieve auth string from user-authentication endpoint - received status: 403 from URL",
    ]);
  });

  it.each<[string, (request: AuthRequest) => void, string]>([
    [
      "is HTML",
      (r) => r.answer(200, "\n<!doctype html>"),
      "answered with status 200 and HTML instead of JSON: is it a login page?",
    ],
    ["is empty", (r) => r.answer(200, ""), "answered with status 200 and no body instead of JSON"],
    ["is no JSON", (r) => r.answer(200, "ok"), "answered with status 200 and invalid JSON: ok"],
    ["is no object", (r) => r.json([]), 'answered without the string "auth"'],
    ["lacks auth", (r) => r.json({ user_data: "{}" }), 'answered without the string "auth"'],
    ["lacks user_data", (r) => r.json({ auth: "a" }), 'answered without the string "user_data"'],
    [
      "has user_data as an object",
      (r) => r.json({ auth: "a", user_data: {} }),
      'answered without the string "user_data"',
    ],
  ])("that %s is refused in words", async (_, answer, sentence) => {
    expect(await outcome(answer)).toEqual([200, `The user-authentication endpoint URL ${sentence}`]);
  });

  it("that never comes has the status 0", async () => {
    expect(await outcome((request) => request.hangUp())).toEqual([
      0,
      expect.stringMatching(/^The user-authentication endpoint URL was not reached: /),
    ]);
  });

  it("may hold a shared secret, or a null where there is nothing", async () => {
    const endpoint = await listen();
    const reply = channelAuthorization({ endpoint: endpoint.url })({ socketId, channelName: "private-x" }, signal);
    (await endpoint.next()).json({ auth: "a", shared_secret: "s", channel_data: null });
    expect(await reply).toEqual({ auth: "a", shared_secret: "s" });
  });
});

describe("a custom handler", () => {
  const ask = (customHandler: UserAuthenticationHandler): Promise<unknown> =>
    userAuthentication({ customHandler })({ socketId }, signal);

  it("is asked instead of an endpoint", async () => {
    expect(await ask((params, callback) => callback(null, { ...signed, auth: params.socketId }))).toEqual({
      ...signed,
      auth: socketId,
    });
  });

  it("counts once", async () => {
    const reply = ask((_, callback) => {
      callback(null, signed);
      callback(new Error("too late"), null);
    });
    expect(await reply).toEqual(signed);
  });

  it.each<[string, UserAuthenticationHandler]>([
    ["calls back with an error", (_, callback) => callback(new Error("no"), null)],
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["is async and rejects", async () => Promise.reject(new Error("no"))],
  ])("that %s has failed", async (_, customHandler) => {
    await expect(ask(customHandler)).rejects.toThrow("no");
  });

  it("must give what an endpoint must give", async () => {
    await expect(ask((_, callback) => callback(null, null))).rejects.toThrow(
      'The customHandler for user-authentication answered without the string "auth"',
    );
  });
});

describe("the transport", () => {
  it("is refused at once where it is not known", () => {
    const options = { transport: "pigeon" } as unknown as UserAuthenticationOptions;
    expect(() => userAuthentication(options)).toThrow(new Error("'pigeon' is not a recognized auth transport"));
  });
});
