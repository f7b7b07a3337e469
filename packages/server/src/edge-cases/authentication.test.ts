import { createHmac } from "node:crypto";
import { signChannel, signRequest, signUser } from "@usher/credentials";
import { parseChannel } from "@usher/protocol";
import { describe, expect, test } from "vitest";
import { digests } from "../digests.ts";
import { backend } from "../testing/backend.ts";
import type { Caller } from "../testing/dial.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { ask, key, serve, signin, subscribe, subscription, transports } from "../testing/serve.ts";

const succeeded = (channel: string) => ({ event: "pusher_internal:subscription_succeeded", channel, data: "{}" });
const refused = (channel: string) => ({
  event: "pusher:subscription_error",
  channel,
  data: expect.objectContaining({ type: "AuthError", status: 401 }),
});
const signinRefused = {
  event: "pusher:error",
  data: expect.objectContaining({ code: 4009, refused: "pusher:signin" }),
};

/** The signature that another implementation makes: over bytes in UTF-8, by Node's own HMAC. */
const hmac = (secret: string, text: string): string =>
  createHmac("sha256", Buffer.from(secret, "utf8")).update(Buffer.from(text, "utf8")).digest("hex");

/** The frame with another value in its data. */
function altered(frame: object, change: object): object {
  return { ...frame, data: { ...(frame as { data: object }).data, ...change } };
}

/** Two clients in the channel. */
async function pair(dial: () => Promise<Caller>, channel: string): Promise<[Caller, Caller]> {
  const [a, b] = [await dial(), await dial()];
  for (const caller of [a, b]) {
    caller.say(subscription(caller, channel));
    await caller.settled();
  }
  return [a, b];
}

const app = (settings: object = {}) => ({ id: "app-id", ...key, ...settings });

test("2. A name that begins with private-encrypted- is that of an encrypted channel, before it is that of a private one", () => {
  expect(parseChannel("private-encrypted-x")).toMatchObject({ kind: "private", encrypted: true, cache: false });
  expect(parseChannel("private-encrypted-cache-x")).toMatchObject({ kind: "private", encrypted: true, cache: true });
  expect(parseChannel("private-cache-x")).toMatchObject({ kind: "private", encrypted: false, cache: true });
  expect(parseChannel("private-x-private-encrypted-x")).toMatchObject({ kind: "private", encrypted: false });
});

test("5. The signatures of strings that are not ASCII are those of the published vectors", () => {
  const tofu = { key: "k", secret: "tofu" };
  const userData = '{"id":"ą§¶™€łü€ß£"}';
  expect(signUser(tofu, { socketId: "1.1", userData }, digests.hmac)).toBe(
    "k:620494cee53d6c568b49598313194088afda37218f0d059af03c0c898ed61ff4",
  );
  const channelData = '"ą§¶™€łü€ß£"';
  expect(signChannel(tofu, { socketId: "1.1", channel: "test", channelData }, digests.hmac)).toBe(
    "k:2a229263e89d9c50524fd80c2e88be2843379f6931e28995e2cc214282c9db0c",
  );
});

describe.each(transports)("over %s", (transport) => {
  test.each([
    "private-cache-x",
    "presence-cache-x",
    "private-encrypted-cache-x",
    "private-foo-cache-bar",
    "presence-foo-cache-bar",
  ])(
    "1. A channel asks for what its name begins with, wherever else it says cache: %s wants a signature",
    async (channel) => {
      const { dial, publish } = await serve({ transport });
      const caller = await dial();
      caller.say({
        event: "pusher:subscribe",
        data: { channel, auth: "anything", channel_data: '{"user_id":"ann"}' },
      });
      expect(await caller.next()).toEqual(refused(channel));
      await publish({ name: "secret", channel, data: "x" });
      expect(await caller.settled()).toEqual([]);
    },
  );

  test.each(["foo-cache-bar", "private-foo-cache-bar", "private-xcache-y", "Cache-x"])(
    "1. A channel whose name has a cache prefix anywhere but at its beginning, such as %s, keeps no event",
    async (channel) => {
      const { dial, publish, request } = await serve({ transport });
      await publish({ name: "e", channel, data: "x" });
      const caller = await dial();
      caller.say(subscription(caller, channel));
      expect(await caller.settled()).toEqual([succeeded(channel)]);
      expect((await request("GET", `/apps/app-id/channels/${channel}`, { params: { info: "cache" } })).status).toBe(
        400,
      );
    },
  );

  test.each(["x-client-y", "Client-x", " client-x"])(
    "1. An event of a client is one whose name begins with client-: %s reaches nobody",
    async (event) => {
      const { dial } = await serve({ transport, apps: [app({ clientEvents: true })] });
      const [a, b] = await pair(dial, "private-room");
      a.say({ event, channel: "private-room", data: {} });
      expect((await a.next()).event).toBe("pusher:error");
      expect(await b.settled()).toEqual([]);
    },
  );

  test.each([
    ["private-cache-room", {}],
    ["presence-cache-room", { user_id: "ann" }],
  ])(
    "1. A channel that keeps its last event, such as %s, carries client events like one that does not",
    async (channel, sender) => {
      const { dial } = await serve({ transport, apps: [app({ clientEvents: true })] });
      const [a, b] = [await dial(), await dial()];
      for (const caller of [a, b]) {
        caller.say(subscription(caller, channel, { user_id: "ann" }));
        await caller.settled();
      }
      a.say({ event: "client-x", channel, data: "x" });
      expect(await a.settled()).toEqual([]);
      expect(await b.settled()).toEqual([{ event: "client-x", channel, data: "x", ...sender }]);
    },
  );

  test("2. An encrypted channel is entered like a private one, and keeps its last event under private-encrypted-cache- alone", async () => {
    const { dial, publish } = await serve({ transport });
    const sealed = '{"nonce":"YQ==","ciphertext":"Yg=="}';
    const caller = await dial();
    for (const channel of ["private-encrypted-x", "private-encrypted-cache-x"]) {
      await publish({ name: "e", channel, data: sealed });
      caller.say(subscribe(channel));
      expect(await caller.next()).toEqual(refused(channel));
    }
    caller.say(subscription(caller, "private-encrypted-x"));
    expect(await caller.settled()).toEqual([succeeded("private-encrypted-x")]);
    caller.say(subscription(caller, "private-encrypted-cache-x"));
    expect(await caller.settled()).toEqual([
      succeeded("private-encrypted-cache-x"),
      { event: "e", channel: "private-encrypted-cache-x", data: sealed },
    ]);
  });

  test("2. A presence channel with a cache shows who is there, then gives its last event", async () => {
    const { dial, publish } = await serve({ transport });
    const channel = "presence-cache-x";
    const [a, b] = [await dial(), await dial()];
    a.say(subscription(a, channel, { user_id: "ann" }));
    expect(await a.nextData()).toEqual({ presence: { count: 1, ids: ["ann"], hash: { ann: null } } });
    expect(await a.next()).toMatchObject({ event: "pusher:cache_miss", channel });
    await publish({ name: "e", channel, data: "x" });
    expect(await a.next()).toEqual({ event: "e", channel, data: "x" });
    b.say(subscription(b, channel, { user_id: "bob" }));
    expect(await b.nextData()).toMatchObject({ presence: { count: 2, ids: ["ann", "bob"] } });
    expect(await b.settled()).toEqual([{ event: "e", channel, data: "x" }]);
    expect(await a.settled()).toMatchObject([{ event: "pusher_internal:member_added" }]);
  });

  test("3. An empty auth is no error on a public channel", async () => {
    const { dial } = await serve({ transport });
    const caller = await dial();
    caller.say({ event: "pusher:subscribe", data: { auth: "", channel: "news" } });
    expect(await caller.settled()).toEqual([succeeded("news")]);
  });

  test.each(["private-x", "private-cache-x", "private-encrypted-x", "presence-x"])(
    "3. An empty auth is no credential on %s",
    async (channel) => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say({ event: "pusher:subscribe", data: { auth: "", channel, channel_data: '{"user_id":"ann"}' } });
      expect(await caller.settled()).toEqual([refused(channel)]);
    },
  );

  /** Pairs of texts with one meaning: what was signed for one says nothing of the other. */
  const spellings: readonly [signed: string, sent: string][] = [
    ['{"user_id":"ann","user_info":"é","id":"ann"}', '{"user_id":"ann","user_info":"\\u00e9","id":"ann"}'],
    ['{"user_id":"ann","id":"ann"}', '{"id":"ann","user_id":"ann"}'],
    ['{"user_id":"ann","id":"ann"}', '{"user_id": "ann","id":"ann"}'],
    ['{"user_id":"ann","id":"ann"}', '{"user_id":"ann","id":"ann"}\n'],
    ['{"user_id":1,"id":"ann"}', '{"user_id":1.0,"id":"ann"}'],
  ];

  test.each(spellings)(
    "4. A signature stands for the exact channel_data %s and not for %j, which says the same",
    async (signed, sent) => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(altered(subscription(caller, "presence-x", signed), { channel_data: sent }));
      expect(await caller.next()).toEqual(refused("presence-x"));
      for (const [index, text] of [signed, sent].entries()) {
        caller.say(subscription(caller, `presence-${index}`, text));
        expect((await caller.next()).event).toBe("pusher_internal:subscription_succeeded");
      }
    },
  );

  test.each(spellings)(
    "4. A signature stands for the exact user_data %s and not for %j, which says the same",
    async (signed, sent) => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(altered(signin(caller, signed), { user_data: sent }));
      expect(await caller.next()).toEqual(signinRefused);
      for (const text of [signed, sent]) {
        caller.say(signin(caller, text));
        expect(await caller.next()).toEqual({
          event: "pusher:signin_success",
          data: JSON.stringify({ user_data: text }),
        });
      }
    },
  );

  test.each(["app-secret", "tajność-€"])(
    "5. What is signed is the text in UTF-8, in a subscription, a sign-in and a request",
    async (secret) => {
      const { dial, port } = await serve({ transport, apps: [{ id: "app-id", key: "app-key", secret }] });
      const caller = await dial();
      const channelData = '{"user_id":"ą§¶™","user_info":"😀"}';
      const subscribing = hmac(secret, `${caller.socketId}:presence-x:${channelData}`);
      caller.say({
        event: "pusher:subscribe",
        data: { channel: "presence-x", auth: `app-key:${subscribing}`, channel_data: channelData },
      });
      expect(await caller.nextData()).toMatchObject({ presence: { hash: { "ą§¶™": "😀" } } });
      const userData = '{"id":"€łü€ß£😀"}';
      const signingIn = hmac(secret, `${caller.socketId}::user::${userData}`);
      caller.say({ event: "pusher:signin", data: { auth: `app-key:${signingIn}`, user_data: userData } });
      expect((await caller.next()).event).toBe("pusher:signin_success");
      const path = "/apps/app-id/channels";
      const now = Math.floor(Date.now() / 1000);
      const params = `auth_key=app-key&auth_timestamp=${now}&auth_version=1.0`;
      const asked = `${params}&filter_by_prefix=`;
      const answered = await ask(
        port,
        "GET",
        `${path}?${asked}${encodeURIComponent("ż")}&auth_signature=${hmac(secret, `GET\n${path}\n${asked}ż`)}`,
      );
      expect(answered).toMatchObject({ status: 200, body: { channels: {} } });
    },
  );

  test.each(["private-x", "private-encrypted-bla"])(
    "6. channel_data on %s is part of what is signed",
    async (channel) => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(subscription(caller, channel, '"foo"'));
      expect(await caller.next()).toEqual(succeeded(channel));
      caller.say(altered(subscription(caller, channel), { channel_data: '"foo"' }));
      expect(await caller.next()).toEqual(refused(channel));
      caller.say(altered(subscription(caller, channel, '"foo"'), { channel_data: '"bar"' }));
      expect(await caller.next()).toEqual(refused(channel));
      caller.say(altered(subscription(caller, channel, '"foo"'), { channel_data: undefined }));
      expect(await caller.next()).toEqual(refused(channel));
      caller.say(altered(subscription(caller, channel), { channel_data: "" }));
      expect(await caller.next()).toEqual(succeeded(channel));
    },
  );

  test.each([
    ["private-x", undefined],
    ["presence-x", { user_id: "ann" }],
  ])(
    "7. A subscription to %s that was signed for an earlier socket is refused, and neither closes the connection nor ends the subscription that stands",
    async (channel, member) => {
      const { dial, publish } = await serve({ transport });
      const [earlier, caller] = [await dial(), await dial()];
      const stale = subscription(earlier, channel, member);
      caller.say(subscription(caller, channel, member));
      expect((await caller.next()).event).toBe("pusher_internal:subscription_succeeded");
      caller.say(stale);
      expect(await caller.next()).toEqual(refused(channel));
      await publish({ name: "e", channel, data: "x" });
      expect(await caller.settled()).toEqual([{ event: "e", channel, data: "x" }]);
    },
  );

  test("7. A subscription that was signed for an earlier socket does not stand in the way of the right one behind it", async () => {
    const { dial, publish } = await serve({ transport });
    const [earlier, caller] = [await dial(), await dial()];
    caller.say(subscription(earlier, "private-x"));
    caller.say(subscription(caller, "private-x"));
    expect(await caller.settled()).toEqual([refused("private-x"), succeeded("private-x")]);
    await publish({ name: "e", channel: "private-x", data: "x" });
    expect(await caller.settled()).toMatchObject([{ event: "e" }]);
  });

  const rejected = (channel?: string) => ({
    event: "pusher:error",
    ...(channel !== undefined && { channel }),
    data: expect.objectContaining({ code: 4301 }),
  });

  test("8. A client event goes from a member of a private channel to the others, where the app has switched it on", async () => {
    const { dial } = await serve({ transport, apps: [app({ clientEvents: true })] });
    const [a, b] = await pair(dial, "private-room");
    a.say({ event: "client-typing", channel: "private-room", data: { on: true } });
    expect(await a.settled()).toEqual([]);
    expect(await b.settled()).toEqual([{ event: "client-typing", channel: "private-room", data: '{"on":true}' }]);
  });

  test("8. A client event is rejected where the app has not switched it on", async () => {
    const { dial } = await serve({ transport });
    const [a, b] = await pair(dial, "private-room");
    a.say({ event: "client-typing", channel: "private-room", data: {} });
    expect(await a.settled()).toEqual([rejected("private-room")]);
    expect(await b.settled()).toEqual([]);
  });

  test.each(["news", "cache-news", "foo-private-x", "foo-presence-x"])(
    "8. A client event to the public channel %s is rejected, though its sender is in it",
    async (channel) => {
      const { dial } = await serve({ transport, apps: [app({ clientEvents: true })] });
      const [a, b] = await pair(dial, channel);
      a.say({ event: "client-typing", channel, data: {} });
      expect(await a.settled()).toEqual([rejected(channel)]);
      expect(await b.settled()).toEqual([]);
    },
  );

  test("8. A client event is rejected from who is not in the channel, not any more, or was refused there", async () => {
    const { dial } = await serve({ transport, apps: [app({ clientEvents: true })] });
    const [gone, listener] = await pair(dial, "private-room");
    const [outsider, intruder] = [await dial(), await dial()];
    gone.say({ event: "pusher:unsubscribe", data: { channel: "private-room" } });
    intruder.say(subscribe("private-room"));
    expect(await intruder.next()).toEqual(refused("private-room"));
    for (const caller of [gone, outsider, intruder]) {
      caller.say({ event: "client-typing", channel: "private-room", data: {} });
      expect(await caller.settled()).toEqual([rejected("private-room")]);
    }
    expect(await listener.settled()).toEqual([]);
  });

  test("8. A client event to a user's channel or to none is rejected", async () => {
    const { dial } = await serve({ transport, apps: [app({ clientEvents: true })] });
    const [a, b] = await pair(dial, "private-room");
    for (const caller of [a, b]) {
      caller.say(signin(caller, { id: "ann" }));
      caller.say(subscribe("#server-to-user-ann"));
      await caller.settled();
    }
    a.say({ event: "client-typing", channel: "#server-to-user-ann", data: {} });
    a.say({ event: "client-typing", data: {} });
    expect(await a.settled()).toEqual([rejected("#server-to-user-ann"), rejected()]);
    expect(await b.settled()).toEqual([]);
  });

  test.each(["", "nonsense", "1", "1.1:", ":1.1", ":\n1.1", "1.1\n:", "1.1\n", "-1.1", "1.1:private-x", 111, 1.5, {}])(
    "9. An event that is to except the socket_id %j, which no socket can have, is refused and sent to nobody",
    async (socketId) => {
      const { dial, publish } = await serve({ transport });
      const caller = await dial();
      caller.say(subscribe("news"));
      await caller.settled();
      const { status } = await publish({ name: "e", channel: "news", data: "x", socket_id: socketId });
      expect(status).toBe(400);
      expect(await caller.settled()).toEqual([]);
    },
  );

  test("10. The channel of a user is open to who has signed in as that user, and to nobody else", async () => {
    const { dial, publish } = await serve({ transport });
    const [stranger, bob] = [await dial(), await dial()];
    bob.say(signin(bob, { id: "bob" }));
    await bob.next();
    for (const caller of [stranger, bob]) {
      caller.say(subscribe("#server-to-user-ann"));
      expect(await caller.next()).toEqual(refused("#server-to-user-ann"));
      caller.say(subscription(caller, "#server-to-user-ann"));
      expect(await caller.next()).toEqual(refused("#server-to-user-ann"));
    }
    bob.say(subscribe("#server-to-user-bob"));
    expect(await bob.next()).toEqual(succeeded("#server-to-user-bob"));
    await publish({ name: "e", channel: "#server-to-user-ann", data: "x" });
    for (const caller of [stranger, bob]) expect(await caller.settled()).toEqual([]);
  });

  test("10. The channel of a user stands in no list of channels, and no webhook tells of it", async () => {
    const hooks = await backend();
    const { dial, publish, request } = await serve({ transport, apps: [app({ webhooks: [{ url: hooks.url }] })] });
    const ann = await dial();
    ann.say(signin(ann, { id: "ann" }));
    ann.say(subscribe("#server-to-user-ann"));
    expect(await ann.settled()).toHaveLength(2);
    await publish({ name: "e", channel: "#server-to-user-ann", data: "x" });
    expect((await request("GET", "/apps/app-id/channels")).body).toEqual({ channels: {} });
    const params = { filter_by_prefix: "#server-to-user-" };
    expect((await request("GET", "/apps/app-id/channels", { params })).body).toEqual({ channels: {} });
    ann.say({ event: "pusher:unsubscribe", data: { channel: "#server-to-user-ann" } });
    ann.say(subscribe("news"));
    await ann.settled();
    expect((await hooks.next()).events).toEqual([{ name: "channel_occupied", channel: "news" }]);
  });

  test.each([
    [-601, 401],
    [-600, 200],
    [600, 200],
    [601, 401],
  ])(
    "11. A request that was signed %i s from now, by the server's clock, is answered with %i",
    async (seconds, status) => {
      const clock = new FakeClock();
      const { port } = await serve({ transport }, { clock });
      const path = "/apps/app-id/channels";
      const query = signRequest(key, { method: "GET", path }, digests, Math.floor(clock.now() / 1000) + seconds);
      expect((await ask(port, "GET", `${path}?${query}`)).status).toBe(status);
    },
  );

  test("11. A request is refused that is signed with the key of an app other than that of its path", async () => {
    const other = { key: "other-key", secret: "other-secret" };
    const { request } = await serve({ transport, apps: [app(), { id: "other", ...other }] });
    expect((await request("GET", "/apps/other/channels", { as: other })).status).toBe(200);
    expect((await request("GET", "/apps/app-id/channels", { as: other })).status).toBe(401);
    const mixed = { key: key.key, secret: other.secret };
    expect((await request("GET", "/apps/app-id/channels", { as: mixed })).status).toBe(401);
  });

  test.each([0, 31, 63])("11. A signature is refused that is wrong in its digit %i alone", async (at) => {
    const { dial, port } = await serve({ transport });
    const wrong = (signature: string): string => {
      const digit = signature[at] === "0" ? "1" : "0";
      return signature.slice(0, at) + digit + signature.slice(at + 1);
    };
    const path = "/apps/app-id/channels";
    const query = signRequest(key, { method: "GET", path }, digests, Math.floor(Date.now() / 1000));
    const [params, signature = ""] = query.split("auth_signature=");
    expect((await ask(port, "GET", `${path}?${params}auth_signature=${wrong(signature)}`)).status).toBe(401);
    const caller = await dial();
    caller.say({
      event: "pusher:subscribe",
      data: { channel: "private-x", auth: `app-key:${wrong(hmac("app-secret", `${caller.socketId}:private-x`))}` },
    });
    const userData = '{"id":"ann"}';
    caller.say({
      event: "pusher:signin",
      data: {
        auth: `app-key:${wrong(hmac("app-secret", `${caller.socketId}::user::${userData}`))}`,
        user_data: userData,
      },
    });
    expect(await caller.settled()).toEqual([refused("private-x"), signinRefused]);
  });

  const keys = [
    { key: "new-key", secret: "new-secret" },
    { key: "old-key", secret: "old-secret" },
  ] as const;
  const [newKey, oldKey] = keys;
  const mixed = { key: newKey.key, secret: oldKey.secret };

  test("12. An app has several keys: auth is held against the secret of the key that it names", async () => {
    const { dial } = await serve({ transport, apps: [{ id: "app-id", keys }] });
    const caller = await dial("/app/old-key?protocol=7");
    for (const signer of keys) {
      caller.say(subscription(caller, "private-x", undefined, signer));
      caller.say(signin(caller, { id: "ann" }, signer));
      expect((await caller.settled()).map(({ event }) => event)).toEqual([
        "pusher_internal:subscription_succeeded",
        "pusher:signin_success",
      ]);
    }
    caller.say(subscription(caller, "private-x", undefined, mixed));
    caller.say(signin(caller, { id: "ann" }, mixed));
    expect(await caller.settled()).toEqual([refused("private-x"), signinRefused]);
  });

  test("12. An app has several keys: a request is held against the secret of its auth_key", async () => {
    const { request } = await serve({ transport, apps: [{ id: "app-id", keys }] });
    const path = "/apps/app-id/channels";
    expect((await request("GET", path, { as: newKey })).status).toBe(200);
    expect((await request("GET", path, { as: oldKey })).status).toBe(200);
    expect((await request("GET", path, { as: mixed })).status).toBe(401);
  });

  test("12. An app has several keys: its webhooks are signed with the oldest", async () => {
    const hooks = await backend();
    const { dial } = await serve({ transport, apps: [{ id: "app-id", keys, webhooks: [{ url: hooks.url }] }] });
    const caller = await dial("/app/new-key?protocol=7");
    caller.say(subscribe("news"));
    const { headers, body } = await hooks.next();
    expect(headers["x-pusher-key"]).toBe("old-key");
    expect(headers["x-pusher-signature"]).toBe(hmac("old-secret", body));
  });

  test("13. An app whose id is a number in the configuration is found by its digits in a path", async () => {
    const { dial, request } = await serve({ transport, apps: [{ id: 42, ...key }] });
    const caller = await dial();
    caller.say(subscribe("news"));
    await caller.settled();
    expect((await request("GET", "/apps/42/channels")).body).toEqual({ channels: { news: {} } });
    const body = JSON.stringify({ name: "e", channel: "news", data: "x" });
    expect((await request("POST", "/apps/42/events", { body })).status).toBe(200);
    expect(await caller.settled()).toMatchObject([{ event: "e" }]);
    for (const id of ["042", "42.0", "4.2e1"]) expect((await request("GET", `/apps/${id}/channels`)).status).toBe(404);
  });
});
