import { createHash } from "node:crypto";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import Pusher from "pusher";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type BatchEvent, RequestError, Usher } from "./index.ts";
import { type Recorder, startRecorder } from "./testing/recorder.ts";

const credentials = { appId: "1234", key: "f00d", secret: "tofu", host: "127.0.0.1" };
const some = { some: "data " };
const batch = (one: unknown, two: unknown): BatchEvent[] => [
  { channel: "integration", name: "event", data: one },
  { channel: "integration2", name: "event2", data: two },
];

let recorder: Recorder;
beforeAll(async () => {
  recorder = await startRecorder();
});
afterAll(() => recorder.close());

const usher = () => new Usher({ ...credentials, port: recorder.port });
const pusher = () => new Pusher({ ...credentials, port: String(recorder.port) }) as unknown as Usher;

describe("the same call makes the same request as the pusher package", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1234567890_123 }));
  afterEach(() => void vi.useRealTimers());

  const calls: [string, (usher: Usher) => Promise<unknown>, md5?: string][] = [
    ["M1: an object", (u) => u.trigger("one", "my_event", some), "e95168baf497b2e54b2c6cadd41a6a3f"],
    [
      "M2: three channels",
      (u) => u.trigger(["one", "two", "three"], "my_event", some),
      "530dac0aa045e5f8e51c470aed0ce325",
    ],
    ["M3: an array", (u) => u.trigger("one", "my_event", [1, 2, 4]), "18e64b2fed38726915d79ebb4f8feb5b"],
    ["M4: a string", (u) => u.trigger("test", "test_event", "test string"), "f358a562d00e1bfe1859132d932cd706"],
    [
      "M5: a socket id and info",
      (u) =>
        u.trigger("test_channel", "my_event", some, { socket_id: "123.567", info: "user_count,subscription_count" }),
      "2e4f053f1c325dedbe21abd8f1852b53",
    ],
    [
      "M6: info",
      (u) => u.trigger("test_channel", "my_event", some, { info: "subscription_count" }),
      "d3a47b3241328a6432adf60c8e91b6fb",
    ],
    ["M7: no parameters", (u) => u.trigger("test_channel", "my_event", some), "cf87d666b4a829a54fc44b313584b2d7"],
    ["M8: punctuation", (u) => u.trigger("test_-=@,.;channel", "my_event", some), "024f0f297e27e131c8ec2c8817d153f4"],
    [
      "M9: a socket id",
      (u) => u.trigger("test_channel", "my_event", some, { socket_id: "123.567" }),
      "0478e1ed73804ae1be97cfa6554cf039",
    ],
    ["M10: a batch", (u) => u.triggerBatch(batch("test", "test2")), "fd5ab5fd40237f27555c4d2564470fdd"],
    [
      "M11: a batch of objects",
      (u) => u.triggerBatch(batch({ hello: "world" }, { hello2: "another world" })),
      "ade2e9d64d936215c2b2d6a6f4606ef9",
    ],
    [
      "M12: a POST",
      (u) => u.post({ path: "/test", body: { foo: "one", bar: [1, 2, 3], baz: 4321 } }),
      "12bf5995ac4b1285a6d87b2dafb92590",
    ],
    ["M13: an empty POST", (u) => u.post({ path: "/test", body: {} }), "99914b932bd37a50b983c5e7c90ae93b"],
    ["an event without data", (u) => u.trigger("one", "my_event", undefined)],
    ["an event of null", (u) => u.trigger("one", "my_event", null)],
    ["an event of characters outside ASCII", (u) => u.trigger("one", "ą§¶", { text: "™€ł😀\ud800" })],
    ["an event to a user", (u) => u.sendToUser("testUserId", "my_event", some)],
    ["an event to a user with an odd id", (u) => u.sendToUser("ą|/../x", "my_event", some)],
    [
      "the end of a user's connections",
      (u) => u.terminateUserConnections("testUserId"),
      "99914b932bd37a50b983c5e7c90ae93b",
    ],
    ["a POST without a body", (u) => u.post({ path: "/test" })],
    ["a POST with parameters", (u) => u.post({ path: "/test", params: { b: "2", a: 1 }, body: [] })],
    ["a GET", (u) => u.get({ path: "/channels" })],
    [
      "a GET with parameters",
      (u) =>
        u.get({ path: "/channels", params: { info: "user_count,subscription_count", filter_by_prefix: "presence-" } }),
    ],
    ["a GET with values that need escaping", (u) => u.get({ path: "/channels", params: { q: "a b'ł", r: true } })],
    ["a GET with punctuation in its path", (u) => u.get({ path: "/channels/presence-_-=@,.;/users" })],
  ];

  it.each(calls)("%s", async (_, call, md5) => {
    const theirs = await recorder.of(() => call(pusher()));
    const ours = await recorder.of(() => call(usher()));
    expect({ ...ours, query: decoded(ours.query) }).toEqual({ ...theirs, query: decoded(theirs.query) });
    if (md5 !== undefined) {
      expect(createHash("md5").update(ours.body).digest("hex")).toBe(md5);
      expect(ours.query).toBe(theirs.query);
    }
  });

  it("signs vector X2", async () => {
    const { query } = await recorder.of(() => usher().terminateUserConnections("testUserId"));
    expect(query).toContain("&auth_signature=3d677662acbf8b3b9e018907e2a4797d1402b929ecf3c9c7050891ff51cf7780");
  });

  it("takes a number for the id of the app", async () => {
    const numbered = new Usher({ ...credentials, appId: 1234, port: recorder.port });
    expect((await recorder.of(() => numbered.get({ path: "/channels" }))).path).toBe("/apps/1234/channels");
  });

  it("leaves its input as it was", async () => {
    const events = batch({ hello: "world" }, "text");
    const channels = ["a", "b"];
    const params = { socket_id: "1.1" };
    const before = structuredClone([events, channels, params]);
    await usher().triggerBatch(Object.freeze(events.map((event) => Object.freeze(event))));
    await usher().trigger(Object.freeze(channels), "event", {}, Object.freeze(params));
    expect([events, channels, params]).toEqual(before);
  });
});

describe("a path", () => {
  it.each(["channels", "", "/channels?info=user_count", "/channels#a"])("such as %j is refused", (path) => {
    expect(() => usher().get({ path })).toThrow(`Invalid path: '${path}'`);
  });

  it("is signed as it stands in the request line", async () => {
    const signed = await recorder.of(() => usher().get({ path: "/channels/a b" }));
    expect(signed.path).toBe("/apps/1234/channels/a%20b");
  });
});

describe("a request that fails", () => {
  const answering = (status: number, body: string) =>
    new Usher({ ...credentials, fetch: async () => new Response(body, { status }) });

  it("is told with the status and the server's sentence", async () => {
    const body = '{"error":"auth_key is not a key of this app"}';
    const error = await answering(401, body)
      .get({ path: "/channels" })
      .catch((reason) => reason);
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toBeInstanceOf(Usher.RequestError);
    expect(error).toMatchObject({ name: "PusherRequestError", status: 401, body, error: undefined });
    expect(JSON.stringify(error)).not.toContain("auth_signature"); // what loggers list holds nothing that could be sent again
    expect(error.message).toBe("Unexpected status code 401: auth_key is not a key of this app");
    expect(error.url).toMatch(/^http:\/\/127\.0\.0\.1\/apps\/1234\/channels\?auth_key=f00d&/);
  });

  it.each(["", "<h1>Bad Gateway</h1>", "{", '{"error":{}}', "null"])(
    "is told with the status alone where the body is %j",
    async (body) => {
      await expect(answering(502, body).get({ path: "/channels" })).rejects.toThrow(/^Unexpected status code 502$/);
    },
  );

  it("is no failure below status 400", async () => {
    expect((await answering(300, "").get({ path: "/channels" })).status).toBe(300);
  });

  it("keeps the cause where nobody answers", async () => {
    const port = await closedPort();
    const error = await new Usher({ ...credentials, port }).get({ path: "/channels" }).catch((reason) => reason);
    expect(error).toBeInstanceOf(RequestError);
    expect(error).toMatchObject({ name: "PusherRequestError", status: undefined, body: undefined });
    expect(error.message).toMatch(/^Request failed with an error: .*ECONNREFUSED/);
    expect(error.error).toBeInstanceOf(Error);
    expect(error.cause).toBe(error.error);
  });

  it("is given up after the timeout", async () => {
    const never: typeof fetch = (_, init) =>
      new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
    const error = await new Usher({ ...credentials, timeout: 20, fetch: never })
      .get({ path: "/channels" })
      .catch((reason) => reason);
    expect(error.message).toBe("Request failed with an error: no answer within 20 ms");
    expect(error.error.name).toBe("AbortError");
  });

  it("is given up after the timeout also while the sentence of an error arrives", async () => {
    const stuck: typeof fetch = async (_, init) => {
      const body = new ReadableStream({
        start: (controller) => init?.signal?.addEventListener("abort", () => controller.error(init.signal?.reason)),
      });
      return new Response(body, { status: 500 });
    };
    await expect(new Usher({ ...credentials, timeout: 20, fetch: stuck }).get({ path: "/channels" })).rejects.toThrow(
      "no answer within 20 ms",
    );
  });
});

describe("an answer that came in time", () => {
  it("may be read after the timeout", async () => {
    let signal: AbortSignal | null | undefined;
    const fetch: typeof globalThis.fetch = async (_, init) => {
      signal = init?.signal;
      return Response.json({ channels: {} });
    };
    vi.useFakeTimers();
    const response = await new Usher({ ...credentials, timeout: 20, fetch }).get({ path: "/channels" });
    vi.advanceTimersByTime(1000);
    vi.useRealTimers();
    expect(signal?.aborted).toBe(false);
    expect(await response.json()).toEqual({ channels: {} });
  });
});

function decoded(query: string): [string, string][] {
  return [...new URLSearchParams(query)];
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
