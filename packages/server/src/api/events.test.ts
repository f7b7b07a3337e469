import { describe, expect, test } from "vitest";
import type { Caller } from "../testing/dial.ts";
import { key, serve, signin, subscribe, subscription, transports } from "../testing/serve.ts";

const event = { name: "e", channels: ["news"], data: "x" };

async function listener(dial: () => Promise<Caller>, ...channels: string[]): Promise<Caller> {
  const caller = await dial();
  for (const channel of channels) caller.say(subscribe(channel));
  await caller.settled();
  return caller;
}

describe.each(transports)("over %s, an event", (transport) => {
  test("reaches every subscriber of its channels, its data as it was given", async () => {
    const { dial, publish } = await serve({ transport });
    const [a, b] = [await listener(dial, "news", "sports"), await listener(dial, "sports")];
    const data = '{ "a": "ż" }';
    expect(await publish({ name: "e", channels: ["news", "sports"], data })).toMatchObject({ status: 200, body: {} });
    expect(await a.settled()).toEqual([
      { event: "e", channel: "news", data },
      { event: "e", channel: "sports", data },
    ]);
    expect(await b.settled()).toEqual([{ event: "e", channel: "sports", data }]);
  });

  test("to one channel may name it alone, as channel or as a string", async () => {
    const { dial, publish } = await serve({ transport });
    const a = await listener(dial, "news");
    await publish({ name: "1", channel: "news", data: "x" });
    await publish({ name: "2", channels: "news", data: "x" });
    expect((await a.settled()).map(({ event }) => event)).toEqual(["1", "2"]);
  });

  test("to a channel that is named twice is delivered once", async () => {
    const { dial, publish } = await serve({ transport });
    const a = await listener(dial, "news");
    await publish({ ...event, channels: ["news", "news"] });
    expect(await a.settled()).toHaveLength(1);
  });

  test("to a channel that nobody is in is a success", async () => {
    const { publish } = await serve({ transport });
    expect(await publish(event)).toMatchObject({ status: 200, body: {} });
  });

  test.each([
    ["text", "hello", "hello"],
    ["empty text", "", ""],
    ["text that looks like JSON", "0", "0"],
    ["an object", { a: 1 }, '{"a":1}'],
    ["a number", 5, "5"],
    ["null", null, "null"],
  ])("may have %s as its data", async (_, data, sent) => {
    const { dial, publish } = await serve({ transport });
    const a = await listener(dial, "news");
    expect((await publish({ ...event, data })).status).toBe(200);
    expect((await a.settled())[0]?.data).toBe(sent);
  });

  test("is not sent to the socket that its publisher excepts, whether that is in the channel or not", async () => {
    const { dial, publish } = await serve({ transport });
    const [a, b, outside] = [await listener(dial, "news"), await listener(dial, "news"), await listener(dial)];
    await publish({ ...event, name: "1", socket_id: a.socketId });
    await publish({ ...event, name: "2", socket_id: outside.socketId });
    await publish({ ...event, name: "3", socket_id: "1.1" });
    expect((await a.settled()).map(({ event }) => event)).toEqual(["2", "3"]);
    expect((await b.settled()).map(({ event }) => event)).toEqual(["1", "2", "3"]);
    expect(await outside.settled()).toEqual([]);
  });

  test("of one app does not reach a channel of the same name in another", async () => {
    const apps = [
      { id: "app-id", ...key },
      { id: "other", key: "other-key", secret: "s" },
    ];
    const { dial, publish } = await serve({ transport, apps });
    const [mine, theirs] = [await dial(), await dial("/app/other-key?protocol=7")];
    for (const caller of [mine, theirs]) {
      caller.say(subscribe("news"));
      await caller.settled();
    }
    await publish(event);
    expect(await mine.settled()).toHaveLength(1);
    expect(await theirs.settled()).toEqual([]);
  });

  test("to a user who is not there is a success", async () => {
    const { publish } = await serve({ transport });
    expect(await publish({ ...event, channels: ["#server-to-user-nobody"] })).toMatchObject({ status: 200, body: {} });
  });

  test("with info=user_count answers with the users of the presence channels among its channels", async () => {
    const { dial, publish } = await serve({ transport });
    const a = await dial();
    a.say(subscription(a, "presence-room", { user_id: "ann" }));
    await a.next();
    const { body } = await publish({
      ...event,
      channels: ["presence-room", "presence-empty", "news"],
      info: "user_count,subscription_count",
    });
    expect(body).toEqual({
      channels: { "presence-room": { user_count: 1 }, "presence-empty": { user_count: 0 }, news: {} },
    });
  });

  test.each<[number, string, unknown]>([
    [400, "The body must be a JSON object", "no json"],
    [400, "The body must be a JSON object", "[]"],
    [400, "The body must be a JSON object", '"x"'],
    [400, "name must be a string", { ...event, name: undefined }],
    [400, "name must be a string", { ...event, name: "" }],
    [400, "name must be a string", { ...event, name: 7 }],
    [400, "The name of an event may have 200 characters; this one has 201", { ...event, name: "x".repeat(201) }],
    [400, "Events named pusher:* are the server's own", { ...event, name: "pusher:error" }],
    [400, "Events named pusher_internal:* are the server's own", { ...event, name: "pusher_internal:member_added" }],
    [400, "data is missing", { ...event, data: undefined }],
    [413, "The data of an event may have 10240 bytes; this one has 10241", { ...event, data: "x".repeat(10_241) }],
    [413, "this one has 10242", { ...event, data: "ż".repeat(5121) }],
    [400, "channels must be an array of channel names", { ...event, channels: undefined }],
    [400, "channels must be an array of channel names", { ...event, channels: [] }],
    [400, "channels must be an array of channel names", { ...event, channels: [7] }],
    [400, "channels must be an array of channel names", { ...event, channels: {} }],
    [400, 'No channel can have the name "a b"', { ...event, channels: ["news", "a b"] }],
    [400, "No channel can have the name", { ...event, channels: ["#news"] }],
    [400, "No channel can have the name", { ...event, channels: ["x".repeat(201)] }],
    [
      400,
      "An event may go to 100 channels; this one names 101",
      { ...event, channels: Array.from({ length: 101 }, (_, n) => `c${n}`) },
    ],
    [400, "socket_id must be two numbers", { ...event, socket_id: "nonsense" }],
    [400, "socket_id must be two numbers", { ...event, socket_id: "1.1:private-x" }],
    [400, "socket_id must be two numbers", { ...event, socket_id: 1.1 }],
    [400, "info must be a string", { ...event, info: 7 }],
    [400, 'info cannot be "zzz" here', { ...event, info: "zzz" }],
    [
      400,
      "data is nested too deeply",
      `{"name":"e","channel":"news","data":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    ],
  ])("is refused with %i: %s", async (status, sentence, body) => {
    const { dial, request } = await serve({ transport });
    const a = await listener(dial, "news");
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const answered = await request("POST", "/apps/app-id/events", { body: text });
    expect(answered).toMatchObject({ status, body: { error: expect.stringContaining(sentence) } });
    expect(await a.settled()).toEqual([]);
  });

  test("of exactly the size that the limit allows is sent", async () => {
    const { publish } = await serve({ transport });
    expect((await publish({ ...event, data: "ż".repeat(5120) })).status).toBe(200);
    expect((await publish({ ...event, name: "x".repeat(200), channels: ["y".repeat(200)] })).status).toBe(200);
  });

  test("has the limits of its app, of which 0 is none", async () => {
    const limits = { eventBytes: 0, eventNameLength: 3, channelNameLength: 0, channelsPerEvent: 1 };
    const { publish } = await serve({ transport, apps: [{ id: "app-id", ...key, limits }] });
    expect((await publish({ ...event, data: "x".repeat(100_000), channels: ["y".repeat(1000)] })).status).toBe(200);
    expect((await publish({ ...event, name: "four" })).status).toBe(400);
    expect((await publish({ ...event, channels: ["a", "b"] })).status).toBe(400);
  });
});

describe.each(transports)("over %s, a batch", (transport) => {
  const path = "/apps/app-id/batch_events";

  test("is sent in its order", async () => {
    const { dial, request } = await serve({ transport });
    const a = await listener(dial, "news", "sports");
    a.say(signin(a, { id: "ann" }));
    await a.settled();
    const batch = [
      { name: "1", channel: "news", data: "x" },
      { name: "2", channel: "sports", data: { a: 1 } },
      { name: "3", channel: "news", data: "y", socket_id: a.socketId },
      { name: "4", channel: "#server-to-user-ann", data: "z" },
    ];
    expect(await request("POST", path, { body: JSON.stringify({ batch }) })).toMatchObject({ status: 200, body: {} });
    expect((await a.settled()).map(({ event, data }) => `${event} ${data}`)).toEqual(["1 x", '2 {"a":1}', "4 z"]);
  });

  test("answers with info in its order, if any event asks for it", async () => {
    const { request } = await serve({ transport });
    const batch = [
      { name: "1", channel: "presence-x", data: "", info: "user_count" },
      { name: "2", channel: "news", data: "" },
    ];
    const { body } = await request("POST", path, { body: JSON.stringify({ batch }) });
    expect(body).toEqual({ batch: [{ user_count: 0 }, {}] });
  });

  test.each<[number, string, unknown]>([
    [400, "batch must be an array", {}],
    [400, "batch must be an array", { batch: {} }],
    [400, "batch[1] must be an object", { batch: [{ name: "e", channel: "news", data: "" }, null] }],
    [400, "batch[0] needs channel", { batch: [{ name: "e", data: "" }] }],
    [400, "batch[0] needs channel", { batch: [{ name: "e", channels: ["news"], data: "" }] }],
    [
      400,
      "name must be a string",
      {
        batch: [
          { name: "e", channel: "news", data: "" },
          { channel: "news", data: "" },
        ],
      },
    ],
    [
      413,
      "may have 10240 bytes",
      {
        batch: [
          { name: "e", channel: "news", data: "" },
          { name: "e", channel: "news", data: "x".repeat(10_241) },
        ],
      },
    ],
    [
      400,
      "A batch may have 10 events",
      { batch: Array.from({ length: 11 }, () => ({ name: "e", channel: "news", data: "" })) },
    ],
  ])("is refused whole with %i: %s", async (status, sentence, body) => {
    const { dial, request } = await serve({ transport });
    const a = await listener(dial, "news");
    const answered = await request("POST", path, { body: JSON.stringify(body) });
    expect(answered).toMatchObject({ status, body: { error: expect.stringContaining(sentence) } });
    expect(await a.settled()).toEqual([]);
  });
});
