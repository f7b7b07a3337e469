import { readdirSync, readFileSync } from "node:fs";
import { inspect } from "node:util";
import { type AppKey, verifyUser } from "@usher/credentials";
import { channelString, isSocketId, parseChannel, userString } from "@usher/protocol";
import { describe, expect, it, vi } from "vitest";
import { digests } from "./digests.ts";
import { Token, Usher } from "./index.ts";
import {
  fail,
  form,
  granted,
  handlers,
  join,
  keys,
  post,
  postJson,
  refusal,
  signin,
  subscribe,
  usher,
} from "./testing/asking.ts";

describe("T1: a socket id cannot smuggle in what shall be signed", () => {
  const strict = handlers({ getAuth: fail, authorize: fail });

  it.each(["", "1", "1.1:private-x", "1.1\n", "\n1.1", "１.1", "1.1 ", "POST\n/apps/1/events\n"])(
    "%j",
    async (socketId) => {
      await refusal(strict.userAuth(post({ socket_id: socketId })), 400);
      await refusal(strict.channelAuth(post({ ...subscribe, socket_id: socketId })), 400);
      await refusal(strict.userAuth(postJson({ socket_id: socketId })), 400);
    },
  );

  it.each([
    "channel_name=private-a",
    "socket_id=1.1&socket_id=2.2&channel_name=private-a",
    "socket_id=1.1&socket_id=1.1&channel_name=private-a",
    "socket_id[]=1.1&channel_name=private-a",
    "socket_id=1.1&channel_name=private-a&channel_name=private-b",
  ])("the form %s", async (body) => {
    await refusal(strict.channelAuth(post(body)), 400);
  });

  it.each([
    '{"socket_id":1.1}',
    '{"socket_id":["1.1"]}',
    '{"socket_id":{"0":"1.1"}}',
    '{"socket_id":null}',
    '{"socket_id":"2.2","socket_id":"1.1"}',
    '{"socket_id":"2.2","socket\\u005fid":"1.1"}',
    '{"a":"\\"","socket_id":["2.2"],"b":"c","socket_id" : "1.1"}',
    '["1.1"]',
    '"socket_id=1.1"',
    "socket_id=1.1",
    "null",
    "",
  ])("the JSON %s", async (body) => {
    await refusal(strict.userAuth(postJson(body)), 400);
  });
});

describe("T2: a channel cannot be named so that its signature is that of a user", () => {
  const strict = handlers({ getAuth: fail, authorize: fail });

  it.each([
    ':user::{"id":"admin"}',
    'private-a:{"user_id":"admin"}',
    "",
    "test",
    "cache-a",
    "Private-a",
    "privatea",
    "private-a b",
    "private-a\n",
    "private-ä",
    "#server-to-user-alice",
    "private-a#",
    `private-${"a".repeat(193)}`,
  ])("%j", async (channel) => {
    await refusal(strict.channelAuth(post({ ...subscribe, channel_name: channel })), 400);
    await refusal(strict.channelAuth(postJson({ ...subscribe, channel_name: channel })), 400);
  });

  it("for no socket id and channel that the validators accept", () => {
    const random = generator(7);
    const pick = (from: readonly string[]) => from[random() % from.length] ?? "";
    const word = () => Array.from({ length: random() % 6 }, () => pick(pieces)).join("");
    const pieces = [":", "::", "user", "1", ".", "9.9", "\n", "private-", "presence-", '{"id":"a"}', "a", "-", "="];
    let accepted = 0;
    while (accepted < 10_000) {
      const socketId = random() % 2 ? `${random()}.${random()}` : word();
      const channel = pick(["private-", "presence-", ""]) + word();
      const data = word();
      const kind = parseChannel(channel)?.kind;
      if (!isSocketId(socketId) || (kind !== "private" && kind !== "presence")) continue;
      accepted++;
      const signed = channelString(socketId, channel, data);
      const [claimed = ""] = signed.split("::user::");
      expect(isSocketId(claimed) && signed === userString(claimed, signed.slice(claimed.length + 8))).toBe(false);
    }
  });
});

describe("T3: a sign-in cannot be made so that its signature is that of a channel", () => {
  it.each(["1.1:private-x", "1.1:presence-x:"])("%s", async (socketId) => {
    await refusal(handlers({ getAuth: fail }).userAuth(post({ socket_id: socketId })), 400);
  });
});

describe("T4: user_data is signed as the very string that is sent", () => {
  it("so that one changed byte shows", async () => {
    const { auth, user_data } = await granted(handlers().userAuth(post(signin)));
    const tampered = { socketId: "123.456", userData: user_data.replace("alice", "admin") };
    expect(verifyUser(auth, keys, tampered, digests.hmac)).toBe("wrong-signature");
  });

  it.each(["", "a\u0000", "..", "a".repeat(129), 7])("and no id goes in that is none: %j", async (userId) => {
    const onError = vi.fn();
    const wrong = handlers({ getAuth: async () => ({ userId: userId as string }), onError });
    await refusal(wrong.userAuth(post(signin)), 500);
    await refusal(wrong.channelAuth(post(join)), 500);
    expect(String(onError.mock.calls[0])).toContain("which cannot be a userId");
  });
});

describe("T5: nobody can say for himself who he is", () => {
  const forged = { user_id: "admin", id: "admin", user_data: '{"id":"admin"}', channel_data: '{"user_id":"admin"}' };

  it("in the body", async () => {
    const { userAuth, channelAuth } = handlers();
    expect((await granted(userAuth(post({ ...signin, ...forged })))).user_data).toBe('{"id":"alice"}');
    expect((await granted(channelAuth(post({ ...join, ...forged })))).channel_data).toBe('{"user_id":"alice"}');
    expect((await granted(channelAuth(postJson({ ...join, ...forged })))).channel_data).toBe('{"user_id":"alice"}');
  });

  it("nor can a callback", async () => {
    const answer = { id: "admin", user_id: "admin", user_info: 1, toJSON: () => ({ id: "admin", user_id: "admin" }) };
    const { userAuth, channelAuth } = handlers({ user: () => answer, authorize: () => answer });
    expect((await granted(userAuth(post(signin)))).user_data).toBe('{"id":"alice","user_info":1}');
    expect((await granted(channelAuth(post(join)))).channel_data).toBe('{"user_id":"alice","user_info":1}');
  });
});

describe("T8: there is no JSONP, nor anything but POST", () => {
  it.each(["GET", "HEAD", "PUT", "DELETE", "PATCH"])("%s is answered with 405", async (method) => {
    const url = "http://shop.test/pusher/user-auth?callback=steal&socket_id=123.456";
    const answer = handlers({ getAuth: fail }).userAuth(new Request(url, { method }));
    await refusal(answer, 405);
    expect((await answer).headers.get("allow")).toBe("POST, OPTIONS");
  });

  it("a script tag of a foreign page gets no further", async () => {
    const headers = { "sec-fetch-site": "cross-site", "sec-fetch-dest": "script" };
    await refusal(handlers({ getAuth: fail }).userAuth(new Request("http://shop.test/?callback=a", { headers })), 405);
  });

  it("fields in the query count for nothing", async () => {
    await refusal(handlers({ getAuth: fail }).userAuth(post("", {}, "http://shop.test/?socket_id=1.1")), 400);
  });
});

describe("T14: two users cannot be confused by what their ids hold", () => {
  it.each(["../../x", "a/b", "a?b", 'x","id":"admin', "::user::"])("%s stays one string", async (userId) => {
    const { user_data } = await granted(handlers({ getAuth: async () => ({ userId }) }).userAuth(post(signin)));
    expect(JSON.parse(user_data)).toEqual({ id: userId });
  });
});

describe("T26: a body cannot be used against the server", () => {
  const strict = handlers({ getAuth: fail });

  it.each(["text/plain", "multipart/form-data; boundary=x", "application/jsonp", "", "text/plain; application/json"])(
    "the type %j is answered with 415",
    async (type) => {
      await refusal(strict.userAuth(post(signin, { "content-type": type })), 415);
    },
  );

  it("a body of 10 240 bytes is read, one byte more is not", async () => {
    const padded = (size: number) => `socket_id=123.456&pad=${"a".repeat(size - 22)}`;
    await granted(handlers().userAuth(post(padded(10_240))));
    await refusal(strict.userAuth(post(padded(10_241))), 413);
    await refusal(strict.userAuth(postJson(`{"socket_id":"1.1","pad":"${"é".repeat(5_200)}"}`)), 413);
  });

  it("an endless body is not read to its end, whatever its length is said to be", async () => {
    let chunks = 0;
    const cancelled = vi.fn();
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(1024).fill(97, 0, ++chunks)),
      cancel: cancelled,
    });
    const headers = { "content-type": form, "content-length": "17" };
    const request = new Request("http://shop.test/", { method: "POST", headers, body, duplex: "half" } as RequestInit);
    await refusal(strict.userAuth(request), 413);
    expect(chunks).toBeLessThan(20);
    expect(cancelled).toHaveBeenCalledOnce();
  });

  it("a body that ends early is the client's fault", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new Error("ECONNRESET")) });
    const headers = { "content-type": form };
    const request = new Request("http://shop.test/", { method: "POST", headers, body, duplex: "half" } as RequestInit);
    await refusal(strict.userAuth(request), 400);
  });

  it("__proto__ is a name like any other", async () => {
    await refusal(strict.userAuth(postJson('{"__proto__":{"socket_id":"1.1"}}')), 400);
    await refusal(strict.userAuth(post("__proto__[socket_id]=1.1")), 400);
    expect("socket_id" in {}).toBe(false);
  });

  it("no body at all is a body without fields", async () => {
    const headers = { "content-type": form };
    await refusal(strict.userAuth(new Request("http://shop.test/", { method: "POST", headers })), 400);
  });
});

/** Whole numbers in an order that is the same in every run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 8;
  };
}

describe("T9: a signature is for the one who asked, and for nobody who comes later", () => {
  it.each(["userAuth", "channelAuth"] as const)("no cache keeps an answer of %s, good or bad", async (name) => {
    for (const fields of [join, {}]) {
      const response = await handlers()[name](post(fields));
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
  });

  it("nor do the errors of runtimes that write the URL into theirs", async () => {
    const fetch = async (url: unknown): Promise<Response> => {
      const cause = Object.assign(new Error(`connect ${url}`), { path: String(url) });
      throw Object.assign(new TypeError(`error sending request for url (${url})`, { cause }), { path: String(url) });
    };
    const backend = new Usher({ appId: "1", keys, host: "127.0.0.1", retries: 0, fetch });
    const error = (await backend.trigger("news", "e", {}).catch((reason: unknown) => reason)) as Error;
    expect([String(error), JSON.stringify(error), error.stack, inspect(error)].join()).not.toMatch(/[0-9a-f]{64}/);
    expect(error.message).toContain("connect http://127.0.0.1/apps/1/events");
  });

  it("what is logged of a failure holds none", async () => {
    const fetch = async (): Promise<Response> => new Response("no", { status: 401 });
    const backend = new Usher({ appId: "1", keys, host: "127.0.0.1", fetch });
    const error = (await backend.trigger("news", "e", {}).catch((reason: unknown) => reason)) as Error;
    const logged = [String(error), JSON.stringify(error), error.stack, inspect(error), inspect(backend)].join();
    expect(logged).not.toMatch(/auth_signature|[0-9a-f]{64}|tofu/);
  });
});

describe("T11: a signature cannot be found byte by byte", () => {
  const body = '{"time_ms":1,"events":[]}';
  const right = new Token("f00d", "tofu").sign(body);

  it.each([
    ["of another length", right.slice(1)],
    ["that is empty", ""],
    ["that is longer", `${right}0`],
    ["whose last digit is another", right.slice(0, -1) + (right.endsWith("0") ? "1" : "0")],
    ["in upper case", right.toUpperCase()],
    ["that is not ASCII", "ą".repeat(64)],
  ])("one %s is refused and throws nothing", (_, signature) => {
    expect(new Token("f00d", "tofu").verify(body, signature)).toBe(false);
    const headers = { "content-type": "application/json", "x-pusher-key": "f00d", "x-pusher-signature": signature };
    expect(usher.webhook({ headers, rawBody: body }).isValid()).toBe(false);
  });

  it("no file of the library compares one with ===", () => {
    const folder = new URL(".", import.meta.url);
    const files = readdirSync(folder).filter((file) => /^(?!.*\.test\.ts$).*\.ts$/.test(file));
    const comparing = files.filter((file) =>
      /(signature|hmac\([^)]*\))\s*[!=]==?(?!=?\s*undefined)/.test(readFileSync(new URL(file, folder), "utf8")),
    );
    expect(comparing).toEqual([]);
  });
});

describe("T12: a secret can be changed without a gap", () => {
  const old = { key: "old", secret: "1" };
  const fresh = { key: "fresh", secret: "2" };
  const backend = (...listed: AppKey[]): Usher => new Usher({ appId: "1", keys: listed, host: "127.0.0.1" });
  const claim = { socketId: "1.1", userData: '{"id":"alice"}' };

  it("the newest signs, and what it signs names it", () => {
    const { auth } = backend(fresh, old).authenticateUser("1.1", { id: "alice" });
    expect(auth).toMatch(/^fresh:/);
    expect(verifyUser(auth, [fresh], claim, digests.hmac)).toBeUndefined();
    expect(verifyUser(auth, [old], claim, digests.hmac)).toBeDefined();
  });

  it("webhooks that were signed by the old one are taken while it is listed, and not after", () => {
    const rawBody = '{"time_ms":1,"events":[]}';
    const signature = new Token("old", "1").sign(rawBody);
    const headers = { "content-type": "application/json", "x-pusher-key": "old", "x-pusher-signature": signature };
    expect(backend(fresh, old).webhook({ headers, rawBody }).isValid()).toBe(true);
    expect(backend(fresh).webhook({ headers, rawBody }).isValid()).toBe(false);
  });
});
