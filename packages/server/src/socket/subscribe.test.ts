import { describe, expect, test } from "vitest";
import { key, serve, signin, subscribe, subscription, transports } from "../testing/serve.ts";

const succeeded = (channel: string) => ({ event: "pusher_internal:subscription_succeeded", channel, data: "{}" });

function refused(channel: string, error: unknown, type = "AuthError", status = 401, code: number | null = 4009) {
  return {
    event: "pusher:subscription_error",
    channel,
    data: { type, status, error, code, refused: "pusher:subscribe" },
  };
}

describe.each(transports)("over %s", (transport) => {
  describe("a public channel", () => {
    test("is open to everyone, with an empty auth, a null auth or none", async () => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(subscribe("news"));
      expect(await caller.next()).toEqual(succeeded("news"));
      caller.say({ event: "pusher:subscribe", data: { channel: "weather" } });
      expect(await caller.next()).toEqual(succeeded("weather"));
      caller.say({ event: "pusher:subscribe", data: { channel: "sports", auth: null, channel_data: null } });
      expect(await caller.next()).toEqual(succeeded("sports"));
    });

    test("may be subscribed to with data that is encoded twice", async () => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say({ event: "pusher:subscribe", data: JSON.stringify({ channel: "news" }) });
      expect(await caller.next()).toEqual(succeeded("news"));
    });

    test("is heard from the answer on, once, however often one subscribed", async () => {
      const { dial, publish } = await serve({ transport });
      const caller = await dial();
      caller.say(subscribe("news"));
      caller.say(subscribe("news"));
      expect(await caller.settled()).toEqual([succeeded("news"), succeeded("news")]);
      await publish({ name: "headline", channels: ["news"], data: '{"a":1}' });
      expect(await caller.settled()).toEqual([{ event: "headline", channel: "news", data: '{"a":1}' }]);
    });

    test("is no longer heard after unsubscribing, which has no answer", async () => {
      const { dial, publish, request } = await serve({ transport });
      const caller = await dial();
      caller.say(subscribe("news"));
      caller.say({ event: "pusher:unsubscribe", data: { channel: "news" } });
      caller.say({ event: "pusher:unsubscribe", data: { channel: "news" } });
      caller.say({ event: "pusher:unsubscribe", data: { channel: "never" } });
      expect(await caller.settled()).toEqual([succeeded("news")]);
      await publish({ name: "headline", channels: ["news"], data: "" });
      expect(await caller.settled()).toEqual([]);
      expect((await request("GET", "/apps/app-id/channels/news")).body).toEqual({ occupied: false });
    });

    test.each(["#news", "a b", "abc$", "", "x".repeat(201), "a:b", "ż"])("cannot be called %j", async (name) => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(subscribe(name));
      expect(await caller.next()).toEqual(
        refused(name, expect.stringContaining("No channel can have the name"), "InvalidChannel", 400, null),
      );
    });
  });

  describe("a private channel", () => {
    test.each(["private-room", "private-encrypted-room", "private-cache-room", "private-encrypted-cache-room"])(
      "such as %s is open to whom the app server signed it",
      async (channel) => {
        const { dial, publish } = await serve({ transport });
        const caller = await dial();
        caller.say(subscription(caller, channel));
        expect(await caller.next()).toEqual(succeeded(channel));
        await caller.settled();
        await publish({ name: "e", channels: [channel], data: "x" });
        expect(await caller.next()).toEqual({ event: "e", channel, data: "x" });
      },
    );

    test("may come with channel_data, which is then signed too", async () => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(subscription(caller, "private-room", '"foo"'));
      expect(await caller.next()).toEqual(succeeded("private-room"));
    });

    test("refuses channel_data that is no JSON, so that a signed sign-in is never a subscription", async () => {
      const { dial, publish } = await serve({ transport });
      const caller = await dial();
      caller.say(subscription(caller, "private-room", ":user::{}"));
      expect(await caller.next()).toEqual(refused("private-room", "channel_data is not JSON"));
      await publish({ name: "e", channels: ["private-room"], data: "x" });
      expect(await caller.settled()).toEqual([]);
    });

    test("is refused without auth, with the sentence that says what is missing", async () => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(subscribe("private-room"));
      expect(await caller.next()).toEqual(
        refused("private-room", '"private-room" needs auth, signed by the app server'),
      );
    });

    test("is refused with a wrong signature, and the sentence quotes what had to be signed", async () => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say({ event: "pusher:subscribe", data: { channel: "private-room", auth: `app-key:${"0".repeat(64)}` } });
      expect(await caller.next()).toEqual(
        refused("private-room", expect.stringContaining(`HMAC-SHA256 of "${caller.socketId}:private-room"`)),
      );
    });

    test.each(["nonsense", ":abc", "other-key:abc"])("is refused with the auth %j", async (auth) => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say({ event: "pusher:subscribe", data: { channel: "private-room", auth } });
      expect(await caller.next()).toEqual(refused("private-room", expect.any(String)));
      expect(await caller.settled()).toEqual([]);
    });

    test("is refused with what was signed for another socket, another channel or by another secret", async () => {
      const { dial } = await serve({ transport });
      const [caller, other] = [await dial(), await dial()];
      caller.say(subscription(other, "private-room"));
      expect((await caller.next()).event).toBe("pusher:subscription_error");
      const { data } = subscription(caller, "private-other") as { data: object };
      caller.say({ event: "pusher:subscribe", data: { ...data, channel: "private-room" } });
      expect((await caller.next()).event).toBe("pusher:subscription_error");
      caller.say(subscription(caller, "private-room", undefined, { ...key, secret: "guess" }));
      expect((await caller.next()).event).toBe("pusher:subscription_error");
    });

    test("that one is in is kept when a later subscription to it is refused", async () => {
      const { dial, publish } = await serve({ transport });
      const caller = await dial();
      caller.say(subscription(caller, "private-room"));
      await caller.next();
      caller.say({ event: "pusher:subscribe", data: { channel: "private-room", auth: "app-key:stale" } });
      expect((await caller.next()).event).toBe("pusher:subscription_error");
      await publish({ name: "e", channels: ["private-room"], data: "x" });
      expect((await caller.next()).event).toBe("e");
    });

    test("is opened by every key of the app", async () => {
      const keys = [
        { key: "new", secret: "n" },
        { key: "old", secret: "o" },
      ] as const;
      const { dial } = await serve({ transport, apps: [{ id: "app-id", keys }] });
      const caller = await dial("/app/new?protocol=7");
      for (const signer of keys) {
        caller.say(subscription(caller, "private-room", undefined, signer));
        expect(await caller.next()).toEqual(succeeded("private-room"));
      }
    });
  });

  describe("a presence channel", () => {
    const ann = { user_id: "ann", user_info: { name: "Ann" } };
    const bob = { user_id: "bob" };

    test("shows everyone who is there, oneself included, and then who comes and goes", async () => {
      const { dial } = await serve({ transport });
      const [a, b] = [await dial(), await dial()];
      a.say(subscription(a, "presence-room", ann));
      expect(await a.nextData()).toEqual({ presence: { count: 1, ids: ["ann"], hash: { ann: { name: "Ann" } } } });
      b.say(subscription(b, "presence-room", bob));
      expect(await b.nextData()).toEqual({
        presence: { count: 2, ids: ["ann", "bob"], hash: { ann: { name: "Ann" }, bob: null } },
      });
      expect(await a.next()).toEqual({
        event: "pusher_internal:member_added",
        channel: "presence-room",
        data: '{"user_id":"bob"}',
      });
      b.say({ event: "pusher:unsubscribe", data: { channel: "presence-room" } });
      expect(await a.next()).toEqual({
        event: "pusher_internal:member_removed",
        channel: "presence-room",
        data: '{"user_id":"bob"}',
      });
      expect(await b.settled()).toEqual([]);
    });

    test("tells of a member who hangs up", async () => {
      const { dial } = await serve({ transport });
      const [a, b] = [await dial(), await dial()];
      a.say(subscription(a, "presence-room", ann));
      await a.next();
      b.say(subscription(b, "presence-room", bob));
      expect((await a.next()).event).toBe("pusher_internal:member_added");
      await b.hangUp(true);
      expect((await a.next()).event).toBe("pusher_internal:member_removed");
    });

    test("has one member for all connections of a user, with the newest user_info", async () => {
      const { dial } = await serve({ transport });
      const [a, b1, b2, c] = [await dial(), await dial(), await dial(), await dial()];
      a.say(subscription(a, "presence-room", ann));
      await a.next();
      b1.say(subscription(b1, "presence-room", { user_id: "bob", user_info: 1 }));
      await b1.next();
      b2.say(subscription(b2, "presence-room", { user_id: "bob", user_info: 2 }));
      await b2.next();
      expect((await a.settled()).map(({ event }) => event)).toEqual(["pusher_internal:member_added"]);
      expect(await b1.settled()).toEqual([]);
      c.say(subscription(c, "presence-room", { user_id: "cat" }));
      expect(await c.nextData()).toMatchObject({ presence: { count: 3, hash: { bob: 2 } } });
      await a.settled();
      await b1.hangUp();
      expect(await a.settled()).toEqual([]);
      await b2.hangUp();
      expect(await a.next()).toMatchObject({ event: "pusher_internal:member_removed", data: '{"user_id":"bob"}' });
    });

    test("takes a user_id that is a number as its digits", async () => {
      const { dial, request } = await serve({ transport });
      const [a, b] = [await dial(), await dial()];
      a.say(subscription(a, "presence-room", { user_id: 10 }));
      expect(await a.nextData()).toMatchObject({ presence: { ids: ["10"], hash: { "10": null } } });
      b.say(subscription(b, "presence-room", { user_id: "10" }));
      expect(await b.nextData()).toMatchObject({ presence: { count: 1 } });
      expect((await request("GET", "/apps/app-id/channels/presence-room/users")).body).toEqual({
        users: [{ id: "10" }],
      });
    });

    test.each(["__proto__", "constructor", "toString"])("takes %s as a user_id like any other", async (id) => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(subscription(caller, "presence-room", `{"user_id":"${id}","user_info":{"name":"x"}}`));
      const { presence } = (await caller.nextData()) as { presence: { ids: string[]; hash: object } };
      expect(presence.ids).toEqual([id]);
      expect(Object.entries(presence.hash)).toEqual([[id, { name: "x" }]]);
    });

    test("takes the signed-in user where there is no channel_data, and channel_data before it", async () => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(signin(caller, { id: "ann", user_info: { name: "Ann" } }));
      await caller.next();
      caller.say(subscription(caller, "presence-room"));
      expect(await caller.nextData()).toEqual({ presence: { count: 1, ids: ["ann"], hash: { ann: { name: "Ann" } } } });
      caller.say(subscription(caller, "presence-other", { user_id: "guest" }));
      expect(await caller.nextData()).toMatchObject({ presence: { ids: ["guest"] } });
    });

    test("is refused without channel_data and without a signed-in user", async () => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(subscription(caller, "presence-room"));
      expect(await caller.next()).toEqual(
        refused("presence-room", expect.stringContaining("needs channel_data with a user_id")),
      );
    });

    test.each([
      '"foo"',
      "[]",
      "{}",
      '{"user_id":""}',
      '{"user_id":null}',
      '{"user_id":{}}',
      `{"user_id":"${"x".repeat(129)}"}`,
      "no json",
    ])("is refused with the channel_data %s", async (channelData) => {
      const { dial, request } = await serve({ transport });
      const caller = await dial();
      caller.say(subscription(caller, "presence-room", channelData));
      expect(await caller.next()).toEqual(refused("presence-room", expect.any(String)));
      expect((await request("GET", "/apps/app-id/channels")).body).toEqual({ channels: {} });
    });

    test("is refused to a member larger than the limit, in bytes", async () => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      const fits = JSON.stringify({ user_id: "ann", user_info: "ż".repeat(496) });
      expect(Buffer.byteLength(fits)).toBe(1024);
      caller.say(subscription(caller, "presence-room", fits));
      expect((await caller.next()).event).toBe("pusher_internal:subscription_succeeded");
      caller.say(subscription(caller, "presence-other", `${fits} `));
      expect(await caller.next()).toEqual(
        refused("presence-other", "channel_data may have 1024 bytes", "LimitReached", 403, 4100),
      );
    });

    test("is refused to a signed-in user whose user_info is larger than that", async () => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(signin(caller, { id: "ann", user_info: "x".repeat(1023) }));
      await caller.next();
      caller.say(subscription(caller, "presence-room"));
      expect(await caller.next()).toEqual(
        refused("presence-room", "The user_info of a member may have 1024 bytes", "LimitReached", 403, 4100),
      );
    });

    test("that is full is refused to one user more, and not to a user who is there already", async () => {
      const limits = { presenceMembers: 1 };
      const { dial, request } = await serve({ transport, apps: [{ id: "app-id", ...key, limits }] });
      const [a, a2, b] = [await dial(), await dial(), await dial()];
      a.say(subscription(a, "presence-room", ann));
      await a.next();
      b.say(subscription(b, "presence-room", bob));
      expect(await b.next()).toEqual(
        refused("presence-room", "The channel has 1 members, as many as it may have", "LimitReached", 403, 4100),
      );
      a2.say(subscription(a2, "presence-room", ann));
      expect((await a2.next()).event).toBe("pusher_internal:subscription_succeeded");
      expect(await a.settled()).toEqual([]);
      await a.hangUp();
      await a2.hangUp();
      b.say(subscription(b, "presence-room", bob));
      expect(await b.nextData()).toMatchObject({ presence: { ids: ["bob"] } });
      expect((await request("GET", "/apps/app-id/channels/presence-room/users")).body).toEqual({
        users: [{ id: "bob" }],
      });
    });

    test("is not joined twice as two users by one connection", async () => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say(subscription(caller, "presence-room", ann));
      await caller.next();
      caller.say(subscription(caller, "presence-room", bob));
      expect(await caller.next()).toEqual(
        refused("presence-room", 'This connection is in "presence-room" as ann already'),
      );
      caller.say(subscription(caller, "presence-room", ann));
      expect(await caller.nextData()).toMatchObject({ presence: { ids: ["ann"] } });
    });
  });
});
