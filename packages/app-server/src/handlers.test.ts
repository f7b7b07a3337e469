import { verifyChannel, verifyUser } from "@usher/credentials";
import { describe, expect, it, vi } from "vitest";
import { digests } from "./digests.ts";
import { createHandlers, type HandlersOptions } from "./index.ts";
import {
  alice,
  fail,
  form,
  granted,
  handlers,
  join,
  keys,
  post,
  postJson,
  refusal,
  type Session,
  signin,
  subscribe,
  usher,
} from "./testing/asking.ts";

describe("userAuth", () => {
  it("signs the caller in", async () => {
    const { auth, user_data } = await granted(handlers().userAuth(post(signin)));
    expect(user_data).toBe('{"id":"alice"}');
    expect(verifyUser(auth, keys, { socketId: "123.456", userData: user_data }, digests.hmac)).toBeUndefined();
  });

  it("adds what the app says of the user, which may take a while", async () => {
    const user = async ({ role }: Session) => ({ user_info: { role }, watchlist: ["bob"] });
    const { user_data } = await granted(handlers({ user }).userAuth(post(signin)));
    expect(JSON.parse(user_data)).toEqual({ id: "alice", user_info: { role: "admin" }, watchlist: ["bob"] });
  });

  it("takes JSON, and members it does not know", async () => {
    await granted(handlers().userAuth(postJson({ ...signin, theme: { dark: true } })));
    await granted(
      handlers().userAuth(post({ ...signin, theme: "dark" }, { "content-type": `${form}; charset=UTF-8` })),
    );
  });

  it("refuses a caller who is nobody", async () => {
    const nobody = handlers({ getAuth: async () => ({ userId: null }), user: fail, authorize: fail });
    await refusal(nobody.userAuth(post(signin)), 403);
    await refusal(nobody.channelAuth(post(subscribe)), 403);
    await refusal(nobody.channelAuth(post(join)), 403);
  });
});

describe("channelAuth", () => {
  it("authorizes a private channel without channel_data, even if there is something to tell", async () => {
    const authorize = () => ({ user_info: { name: "Alice" } });
    const { auth, channel_data } = await granted(handlers({ authorize }).channelAuth(post(subscribe)));
    expect(channel_data).toBeUndefined();
    expect(verifyChannel(auth, keys, { socketId: "123.456", channel: "private-a" }, digests.hmac)).toBeUndefined();
  });

  it("authorizes a presence channel as the caller", async () => {
    const authorize = async () => ({ user_info: { name: "Alice" } });
    const { auth, channel_data } = await granted(handlers({ authorize }).channelAuth(post(join)));
    expect(JSON.parse(channel_data)).toEqual({ user_id: "alice", user_info: { name: "Alice" } });
    const claim = { socketId: "123.456", channel: "presence-a", channelData: channel_data };
    expect(verifyChannel(auth, keys, claim, digests.hmac)).toBeUndefined();
  });

  it("needs nothing more than true to authorize a presence channel", async () => {
    expect((await granted(handlers().channelAuth(post(join)))).channel_data).toBe('{"user_id":"alice"}');
  });

  it("asks the app with the caller, the channel and the request", async () => {
    const authorize = vi.fn(() => true);
    const request = post(subscribe);
    await granted(handlers({ authorize }).channelAuth(request));
    expect(authorize.mock.calls).toEqual([[{ auth: alice, channel: "private-a", request }]]);
  });

  it("hands the callbacks all that getAuth tells of those who are known", async () => {
    const getAuth = async (): Promise<{ userId: string; teams: string[] } | { userId: null }> => ({
      userId: "alice",
      teams: ["private-a"],
    });
    const byTeam = createHandlers({ usher, getAuth, authorize: ({ auth, channel }) => auth.teams.includes(channel) });
    await granted(byTeam.channelAuth(post(subscribe)));
    await refusal(byTeam.channelAuth(post(join)), 403);
  });

  it.each([null, undefined, {}, { userId: undefined }, { userId: null }])(
    "takes getAuth's %j for nobody",
    async (auth) => {
      const { userAuth, channelAuth } = handlers({ getAuth: async () => auth as never });
      await refusal(userAuth(post(signin)), 403);
      await refusal(channelAuth(post(subscribe)), 403);
    },
  );

  it.each([false, undefined, null, "true", 1, []])("takes %j for a refusal", async (verdict) => {
    const { channelAuth } = handlers({ authorize: async () => verdict as boolean });
    expect(await refusal(channelAuth(post(subscribe)), 403)).toBe("You may not subscribe to private-a");
    await refusal(channelAuth(post(join)), 403);
  });
});

it.each<[string, object]>([
  ["an error that was returned", new Error("no")],
  ["another library's answer", new Response("no", { status: 403 })],
  ["an object with other members", { allowed: false }],
  ["a map", new Map()],
])("takes %s for a mistake of the app, and signs nothing", async (_, verdict) => {
  const onError = vi.fn();
  const { channelAuth } = handlers({ authorize: () => verdict as never, onError });
  await refusal(channelAuth(post(subscribe)), 500);
  expect(String(onError.mock.calls[0])).toContain("neither true, nor false, nor { user_info }");
});

describe("a batch of channels", () => {
  const fields = (...names: string[]): URLSearchParams =>
    new URLSearchParams([["socket_id", "123.456"], ...names.map((name) => ["channel_name[]", name])]);
  const batch = (...names: string[]): Request => post(fields(...names));

  it("is answered channel by channel, for one caller", async () => {
    const getAuth = vi.fn(async () => alice);
    const authorize = ({ channel }: { channel: string }) => channel !== "private-b";
    const answer = handlers({ getAuth, authorize }).channelAuth(batch("private-a", "private-b", "presence-c"));
    const answers = (await granted(answer)) as unknown as Record<
      string,
      { status: number; data: Record<string, string> }
    >;
    expect(answers).toMatchObject({
      "private-a": { status: 200, data: { auth: expect.any(String) } },
      "private-b": { status: 403, error: "You may not subscribe to private-b" },
      "presence-c": { status: 200, data: { channel_data: '{"user_id":"alice"}' } },
    });
    const { auth, channel_data } = answers["presence-c"]?.data ?? {};
    const claim = { socketId: "123.456", channel: "presence-c", channelData: channel_data };
    expect(verifyChannel(String(auth), keys, claim, digests.hmac)).toBeUndefined();
    expect(getAuth).toHaveBeenCalledTimes(1);
  });

  it("asks the app once for a channel that is named twice, and for no more than fifty", async () => {
    const authorize = vi.fn(() => true);
    const { channelAuth } = handlers({ authorize });
    await granted(channelAuth(batch("private-a", "private-a")));
    expect(authorize).toHaveBeenCalledTimes(1);
    await refusal(channelAuth(batch(...Array.from({ length: 51 }, (_, at) => `private-${at}`))), 400);
    expect(authorize).toHaveBeenCalledTimes(1);
  });

  it("of which the app fails at one is answered for the others", async () => {
    const onError = vi.fn();
    const authorize = ({ channel }: { channel: string }) => channel === "private-a" || fail(channel);
    const answers = await granted(handlers({ authorize, onError }).channelAuth(batch("private-a", "private-b")));
    expect(answers).toMatchObject({ "private-a": { status: 200 }, "private-b": { status: 500 } });
    expect(onError).toHaveBeenCalledTimes(1);
  });

  it("is refused as a whole where one name is none, where the caller is nobody, and beside a single name", async () => {
    await refusal(handlers().channelAuth(batch("private-a", "news")), 400);
    await refusal(handlers({ getAuth: async () => ({ userId: null }) }).channelAuth(batch("private-a")), 403);
    const both = fields("private-a");
    both.append("channel_name", "private-b");
    await refusal(handlers().channelAuth(post(both)), 400);
  });
});

describe("a failure of the app's own code", () => {
  const secret = new Error("password of the database");
  const failing = () => {
    throw secret;
  };

  it.each<[string, number, Partial<HandlersOptions<Session>>]>([
    ["getAuth", 503, { getAuth: async () => failing() }],
    ["getAuth, at once", 503, { getAuth: failing }],
    ["user", 500, { user: failing }],
    ["user, later", 500, { user: async () => failing() }],
  ])("in %s is answered with %i, without its detail, and reported", async (_, status, change) => {
    const onError = vi.fn();
    expect(await refusal(handlers({ ...change, onError }).userAuth(post(signin)), status)).not.toContain("database");
    expect(onError.mock.calls).toEqual([[secret]]);
  });

  it("in authorize is answered with 500, without its detail, and reported", async () => {
    const onError = vi.fn();
    const { channelAuth } = handlers({ authorize: failing, onError });
    expect(await refusal(channelAuth(post(join)), 500)).not.toContain("database");
    expect(onError.mock.calls).toEqual([[secret]]);
  });

  it("goes to the console where the app named no other place", async () => {
    const log = vi.spyOn(console, "error").mockImplementation(() => {});
    const { userAuth } = createHandlers<Session>({ usher, getAuth: async () => failing(), authorize: () => true });
    await refusal(userAuth(post(signin)), 503);
    expect(log.mock.calls).toEqual([[secret]]);
    log.mockRestore();
  });

  it("is also to give an encrypted channel, which cannot be authorized yet", async () => {
    const onError = vi.fn();
    await refusal(handlers({ onError }).channelAuth(post({ ...subscribe, channel_name: "private-encrypted-a" })), 500);
    expect(onError).toHaveBeenCalledOnce();
  });

  it("is also to hand over a request whose body has been read", async () => {
    const onError = vi.fn();
    const request = post(signin);
    await request.text();
    await refusal(handlers({ onError }).userAuth(request), 500);
    expect(String(onError.mock.calls[0])).toContain("has been read already");
  });
});
