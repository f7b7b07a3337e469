import { describe, expect, test } from "vitest";
import { key, serve, signin, subscribe, transports } from "../testing/serve.ts";

const refused = (message: unknown, code: number | null = 4009) => ({
  event: "pusher:error",
  data: { code, message, refused: "pusher:signin" },
});

describe.each(transports)("a sign-in over %s", (transport) => {
  test("is answered with the exact user_data, and from then on the user is reached", async () => {
    const { dial, publish } = await serve({ transport });
    const caller = await dial();
    const userData = '{ "id":"ann",  "user_info":{"name":"\\u00c4nn"}, "extra":1 }';
    caller.say(signin(caller, userData));
    expect(await caller.next()).toEqual({
      event: "pusher:signin_success",
      data: JSON.stringify({ user_data: userData }),
    });
    await publish({ name: "hello", channels: ["#server-to-user-ann"], data: '{"a":1}' });
    expect(await caller.settled()).toEqual([{ event: "hello", channel: "#server-to-user-ann", data: '{"a":1}' }]);
  });

  test("reaches every connection of the user, once each, and nobody else", async () => {
    const { dial, publish } = await serve({ transport });
    const [a1, a2, b, nobody] = [await dial(), await dial(), await dial(), await dial()];
    a1.say(signin(a1, { id: "ann" }));
    a2.say(signin(a2, { id: "ann" }));
    b.say(signin(b, { id: "bob" }));
    for (const caller of [a1, a2, b]) await caller.next();
    a1.say(subscribe("#server-to-user-ann"));
    await a1.next();
    await publish({ name: "hello", channels: ["#server-to-user-ann"], data: "" });
    for (const caller of [a1, a2]) expect((await caller.settled()).map(({ event }) => event)).toEqual(["hello"]);
    for (const caller of [b, nobody]) expect(await caller.settled()).toEqual([]);
  });

  test("is answered again for the same user, whose new data counts", async () => {
    const { dial, publish } = await serve({ transport });
    const caller = await dial();
    caller.say(signin(caller, { id: "ann" }));
    caller.say(signin(caller, { id: "ann", user_info: 2 }));
    expect((await caller.settled()).map(({ event }) => event)).toEqual([
      "pusher:signin_success",
      "pusher:signin_success",
    ]);
    await publish({ name: "hello", channels: ["#server-to-user-ann"], data: "" });
    expect(await caller.settled()).toHaveLength(1);
  });

  test("as another user is refused, and the first user stays", async () => {
    const { dial, publish } = await serve({ transport });
    const caller = await dial();
    caller.say(signin(caller, { id: "ann" }));
    await caller.next();
    caller.say(signin(caller, { id: "bob" }));
    expect(await caller.next()).toEqual(refused("This connection is signed in as ann: open another one for bob"));
    await publish({ name: "hello", channels: ["#server-to-user-bob"], data: "" });
    await publish({ name: "hello", channels: ["#server-to-user-ann"], data: "" });
    expect((await caller.settled()).map(({ channel }) => channel)).toEqual(["#server-to-user-ann"]);
  });

  test("is refused when one byte of user_data was changed after signing, and can be tried again", async () => {
    const { dial, publish } = await serve({ transport });
    const caller = await dial();
    const { data } = signin(caller, '{"id":"ann"}') as { data: { auth: string } };
    for (const userData of ['{"id":"bob"}', '{"id": "ann"}', '{"id":"ann"} ']) {
      caller.say({ event: "pusher:signin", data: { auth: data.auth, user_data: userData } });
      expect(await caller.next()).toEqual(
        refused(expect.stringContaining(JSON.stringify(`${caller.socketId}::user::${userData}`))),
      );
    }
    await publish({ name: "hello", channels: ["#server-to-user-bob"], data: "" });
    expect(await caller.settled()).toEqual([]);
    caller.say(signin(caller, '{"id":"ann"}'));
    expect((await caller.next()).event).toBe("pusher:signin_success");
  });

  test("is refused with what was signed for another socket", async () => {
    const { dial } = await serve({ transport });
    const [caller, other] = [await dial(), await dial()];
    caller.say(signin(other, { id: "ann" }));
    expect(await caller.next()).toEqual(refused(expect.stringContaining("is not the HMAC-SHA256")));
  });

  test("is refused with a key that is not the app's, with no signature, and with a secret that is another", async () => {
    const { dial } = await serve({ transport });
    const caller = await dial();
    caller.say(signin(caller, { id: "ann" }, { key: "other", secret: key.secret }));
    expect(await caller.next()).toEqual(refused("The key in auth is not a key of this app"));
    caller.say({ event: "pusher:signin", data: { auth: "", user_data: '{"id":"ann"}' } });
    expect(await caller.next()).toEqual(refused(expect.stringContaining("joined by a colon")));
    caller.say(signin(caller, { id: "ann" }, { key: key.key, secret: "guess" }));
    expect(await caller.next()).toEqual(refused(expect.stringContaining("is not the HMAC-SHA256")));
  });

  test.each<[string, string]>([
    ["no json", "user_data is not a JSON object"],
    ['"abc"', "user_data is not a JSON object"],
    ["111", "user_data is not a JSON object"],
    ["null", "user_data is not a JSON object"],
    ["[]", "user_data is not a JSON object"],
    ["{}", "user_data.id must be a string"],
    ['{"id":1}', "user_data.id must be a string"],
    ['{"id":""}', "user_data.id must be a string"],
    ['{"id":".."}', "user_data.id must be a string"],
    ['{"id":"a\\u0000"}', "user_data.id must be a string"],
    [`{"id":"${"x".repeat(129)}"}`, "user_data.id must be a string"],
    ['{"id":"ann","watchlist":"bob"}', "user_data.watchlist must be an array"],
    ['{"id":"ann","watchlist":[1]}', "user_data.watchlist must be an array"],
    [`{"id":"ann","x":"${"x".repeat(10_240)}"}`, "user_data is larger than 10240 bytes"],
  ])("is refused with the user_data %.40s, though it was signed", async (userData, sentence) => {
    const { dial } = await serve({ transport });
    const caller = await dial();
    caller.say(signin(caller, userData));
    expect(await caller.next()).toEqual(refused(expect.stringContaining(sentence)));
  });

  test.each<[string, unknown]>([
    ["no data", undefined],
    ["data that is null", null],
    ["data that is text", "hello"],
    ["data without auth", { user_data: "{}" }],
    ["data without user_data", { auth: "app-key:x" }],
    ["a user_data that is an object", { auth: "app-key:x", user_data: { id: "ann" } }],
    ["an auth that is a number", { auth: 1, user_data: "{}" }],
  ])("with %s is malformed, and is told so", async (_, data) => {
    const { dial } = await serve({ transport });
    const caller = await dial();
    caller.say({ event: "pusher:signin", data });
    expect(await caller.next()).toEqual(refused(expect.stringMatching(/pusher:signin/), null));
  });

  test("opens the channel of that user and of no other to a subscription", async () => {
    const { dial } = await serve({ transport });
    const caller = await dial();
    caller.say(subscribe("#server-to-user-ann"));
    expect(await caller.next()).toMatchObject({
      event: "pusher:subscription_error",
      data: { status: 401, error: "Sign in as ann to hear #server-to-user-ann" },
    });
    caller.say(signin(caller, { id: "ann" }));
    await caller.next();
    caller.say(subscribe("#server-to-user-ann"));
    expect(await caller.next()).toMatchObject({ event: "pusher_internal:subscription_succeeded", data: "{}" });
    caller.say(subscribe("#server-to-user-bob"));
    expect(await caller.next()).toMatchObject({ event: "pusher:subscription_error" });
  });
});
