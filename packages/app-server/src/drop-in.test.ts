import { createHash, createHmac } from "node:crypto";
import Pusher from "pusher";
import nacl from "tweetnacl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Usher } from "./index.ts";

const credentials = { appId: "1234", key: "f00d", secret: "tofu", host: "127.0.0.1" };
const masterKey = Buffer.from("0123456789abcdef0123456789abcdef").toString("base64");
type Anything = Record<string, unknown>;

/** What a call gives or throws, of ours and of the official package. */
function both(call: (Class: typeof Usher) => unknown): [ours: unknown, theirs: unknown] {
  const outcome = (Class: typeof Usher): unknown => {
    try {
      return call(Class);
    } catch (error) {
      return `throws ${(error as Error).message}`;
    }
  };
  return [outcome(Usher), outcome(Pusher as unknown as typeof Usher)];
}

describe("constructed like the pusher package", () => {
  beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => {})); // it warns of what is deprecated
  afterEach(() => void vi.restoreAllMocks());

  /** The address that a request goes to; ours asks by `fetch`, theirs tells its configuration. */
  const addressOf = (make: (Class: typeof Usher) => Usher): [ours: string, theirs: string] => {
    let asked = "";
    vi.stubGlobal("fetch", async (url: string) => {
      asked = url.replace(/\?.*/, "");
      return Response.json({});
    });
    void make(Usher).get({ path: "/x" });
    vi.unstubAllGlobals();
    const { config } = make(Pusher as unknown as typeof Usher) as unknown as {
      config: { getBaseURL(): string; prefixPath(path: string): string };
    };
    return [asked, config.getBaseURL() + config.prefixPath("/x")];
  };

  it.each<[string, Anything]>([
    ["a host", { host: "example.com" }],
    ["a port that is a number", { host: "example.com", port: 6001 }],
    ["a port that is a string", { host: "example.com", port: "6001" }],
    ["useTLS", { host: "example.com", useTLS: true }],
    ["encrypted, the former name of useTLS", { host: "example.com", encrypted: true }],
    ["a scheme, which stands above useTLS", { host: "example.com", scheme: "http", useTLS: true }],
    ["a cluster", { host: undefined, cluster: "eu" }],
    ["a host, which stands above the cluster", { host: "example.com", cluster: "eu" }],
    ["an app id that is a number", { host: "example.com", appId: 7 }],
  ])("with %s, it asks at the same address", (_, change) => {
    const [ours, theirs] = addressOf((Class) => new Class({ ...credentials, ...change } as never));
    expect(ours).toBe(theirs);
  });

  it.each([
    "http://key:secret@example.com/apps/1",
    "https://key:secret@example.com:8080/apps/12",
    "http://key:s%2Fcret@example.com:6001/apps/1",
  ])("forURL(%s) asks at the same address, and signs the same", (url) => {
    const [ours, theirs] = addressOf((Class) => Class.forURL(url));
    expect(ours).toBe(theirs);
    vi.useFakeTimers({ toFake: ["Date"], now: 1234567890_123 });
    const signed = both((Class) => Class.forURL(url).createSignedQueryString({ method: "GET", path: "/" }));
    vi.useRealTimers();
    expect(signed[0]).toBe(signed[1]);
  });

  it("forURL keeps an app id that is no number, which the pusher package makes NaN", () => {
    const addresses = addressOf((Class) => Class.forURL("http://key:secret@example.com/apps/my-app"));
    expect(addresses).toEqual(["http://example.com/apps/my-app/x", "http://example.com/apps/NaN/x"]);
  });

  it.each([
    "http://key@example.com/apps/1",
    "http://example.com/apps/1",
    "http://key:secret@example.com/",
    "http://key:secret@example.com/apps/",
    "example.com",
    "",
  ])("forURL(%j) says which form it wants, and never the secret", (url) => {
    expect(() => Usher.forURL(url)).toThrow(
      /^The URL must have the form SCHEME:\/\/KEY:SECRET@HOST:PORT\/apps\/APP_ID$/,
    );
  });

  it.each<object>([
    { key: "other", host: "other.test", timeout: 1 },
    { keys: [{ key: "other", secret: "1" }] },
    { keys: undefined },
  ])("forURL lets the URL stand above the options %j", (options) => {
    const usher = Usher.forURL("http://key:secret@example.com/apps/1", options as never);
    expect(usher.createSignedQueryString({ method: "GET", path: "/" })).toContain("auth_key=key&");
  });

  it("forCluster asks at the servers of the cluster", () => {
    const [ours, theirs] = addressOf((Class) => Class.forCluster("eu", { ...credentials, useTLS: true }));
    expect(ours).toBe(theirs);
  });

  it.each<[string, Anything]>([
    ["useTLS and encrypted", { useTLS: true, encrypted: true }],
    ["both master keys", { encryptionMasterKey: "x".repeat(32), encryptionMasterKeyBase64: masterKey }],
    ["a master key that is no string", { encryptionMasterKey: 1 }],
    ["a master key of 31 characters", { encryptionMasterKey: "x".repeat(31) }],
    ["a base64 master key that is no string", { encryptionMasterKeyBase64: 1 }],
    ["a base64 master key that is none", { encryptionMasterKeyBase64: "(╯°□°）╯︵ ┻━┻" }],
    ["a base64 master key without padding", { encryptionMasterKeyBase64: masterKey.slice(0, -1) }],
    ["a base64 master key of 31 bytes", { encryptionMasterKeyBase64: Buffer.alloc(31).toString("base64") }],
    ["a base64 master key of nothing", { encryptionMasterKeyBase64: "" }],
  ])("%s throw the same sentence", (_, change) => {
    const [ours, theirs] = both((Class) => new Class({ ...credentials, ...change } as never));
    expect(theirs).toMatch(/^throws /);
    expect(ours).toBe(theirs);
  });

  it("says that an agent cannot be used, where the pusher package would take it", () => {
    expect(() => new Usher({ ...credentials, agent: {} } as never)).toThrow("give your own fetch");
  });
});

describe("gives what the pusher package gives", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"], now: 1234567890_123 }));
  afterEach(() => void vi.useRealTimers());

  const calls: [string, (usher: Usher) => unknown][] = [
    ["createSignedQueryString of a GET", (u) => u.createSignedQueryString({ method: "GET", path: "/apps/1/channels" })],
    [
      "createSignedQueryString of a POST",
      (u) => u.createSignedQueryString({ method: "post", path: "/x", params: { b: 2, a: "1" }, body: "{}" }),
    ],
    [
      "createSignedQueryString with a parameter that is taken",
      (u) => u.createSignedQueryString({ method: "GET", path: "/x", params: { auth_key: "1" } }),
    ],
    ["authenticate, as authorizeChannel", (u) => u.authenticate("1.1", "presence-a", { user_id: "1" })],
    ["authorizeChannel on an encrypted channel", (u) => u.authorizeChannel("1.1", "private-encrypted-a")],
    ["channelSharedSecret", (u) => Buffer.from(u.channelSharedSecret("private-encrypted-ą")).toString("hex")],
    ["trigger with null in the place of its parameters", (u) => void u.trigger("a", "e", {}, null).catch(() => {})],
    ["get with null in the place of its parameters", (u) => void u.get({ path: "/x", params: null }).catch(() => {})],
    ["trigger on several channels, one encrypted", (u) => u.trigger(["private-encrypted-a", "b"], "e", {})],
    [
      "the members of the class",
      () => ["Token", "RequestError", "WebHookError"].map((name) => typeof (Usher as never)[name]),
    ],
  ];

  it.each(calls)("%s", (_, call) => {
    for (const key of [{ encryptionMasterKeyBase64: masterKey }, { encryptionMasterKey: "x".repeat(32) }]) {
      vi.spyOn(console, "warn").mockImplementation(() => {});
      const [ours, theirs] = both((Class) => call(new Class({ ...credentials, ...key })));
      expect(ours).toEqual(theirs);
      vi.restoreAllMocks();
    }
  });

  it("signs parameters by the same signature, but escapes them, as a query must", () => {
    const request = { method: "GET", path: "/x", params: { q: "a b&c" } };
    const [ours, theirs] = both((Class) => new Class(credentials).createSignedQueryString(request));
    expect(new URLSearchParams(String(ours)).get("q")).toBe("a b&c");
    expect(String(ours).split("auth_signature=")[1]).toBe(String(theirs).split("auth_signature=")[1]);
  });

  it("has the token of the pusher package", () => {
    const [ours, theirs] = both(({ Token }) => {
      const token = new Token("key", "tofu");
      const signature = token.sign("ą text");
      return [token.key, token.secret, signature, token.verify("ą text", signature), token.verify("a text", signature)];
    });
    expect(ours).toEqual(theirs);
  });

  it("encrypts so that the official package's keys can read it", async () => {
    const bodies: string[] = [];
    const fetch = async (_: unknown, init?: RequestInit): Promise<Response> => {
      bodies.push(String(init?.body));
      return Response.json({});
    };
    const usher = new Usher({ ...credentials, encryptionMasterKeyBase64: masterKey, fetch });
    const channel = "private-encrypted-a";
    const values = [{ text: "ą😀" }, "text", 0, null, [1], "x".repeat(300_000)];
    for (const value of values) await usher.trigger(channel, "e", value, { socket_id: "1.1" });
    await usher.triggerBatch([
      { channel, name: "e", data: "in a batch" },
      { channel: "news", name: "e", data: "in a batch" },
    ]);
    const theirs = new Pusher({ ...credentials, encryptionMasterKeyBase64: masterKey }) as unknown as {
      channelSharedSecret(channel: string): Uint8Array;
    };
    const read = (data: string): unknown => {
      const { nonce, ciphertext } = JSON.parse(data) as { nonce: string; ciphertext: string };
      const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "base64"));
      const plain = nacl.secretbox.open(
        bytes(ciphertext),
        bytes(nonce),
        new Uint8Array(theirs.channelSharedSecret(channel)),
      );
      return JSON.parse(Buffer.from(plain ?? []).toString());
    };
    const sent = bodies.map((body) => JSON.parse(body) as { data: string; batch: { data: string }[] });
    expect(sent.slice(0, -1).map(({ data }) => read(data))).toEqual(values);
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({ name: "e", channels: [channel], socket_id: "1.1" });
    const [secret, plain] = sent.at(-1)?.batch ?? [];
    expect(read(secret?.data ?? "")).toBe("in a batch");
    expect(plain?.data).toBe("in a batch");
    expect(new Set(sent.slice(0, -1).map(({ data }) => JSON.parse(data).nonce)).size).toBe(values.length);
  });
});

describe("a webhook is read as by the pusher package", () => {
  const body = JSON.stringify({ time_ms: 1327078148132, events: [{ name: "channel_occupied", channel: "my-ą" }] });
  const signed = (text: string, secret = "tofu", key = "f00d"): Anything => ({
    "content-type": "application/json",
    "x-pusher-key": key,
    "x-pusher-signature": createHmac("sha256", secret).update(text).digest("hex"),
  });
  const seen = (Class: typeof Usher, headers: Anything, rawBody: string, extra?: never): unknown => {
    const webhook = new Class(credentials).webhook({ headers, rawBody });
    const read = (call: () => unknown): unknown => {
      try {
        return call();
      } catch (error) {
        const { name, message, contentType, body, signature } = error as Anything;
        return { name, message, contentType, body, signature };
      }
    };
    return [
      read(() => webhook.isValid(extra)),
      webhook.isContentTypeValid(),
      webhook.isBodyValid(),
      read(() => webhook.getData()),
      read(() => webhook.getEvents()),
      read(() => webhook.getTime()),
    ];
  };

  it.each<[string, Anything, string, unknown?]>([
    ["signed", signed(body), body],
    ["signed with another secret", signed(body, "other"), body],
    ["signed with another key", signed(body, "tofu", "other"), body],
    ["signed with another key, which is given", signed(body, "t", "other"), body, { key: "other", secret: "t" }],
    [
      "signed with one of several that are given",
      signed(body, "t", "o"),
      body,
      [
        { key: "p", secret: "t" },
        { key: "o", secret: "t" },
      ],
    ],
    ["changed", signed(body), `${body} `],
    ["signed, but no JSON", signed("{"), "{"],
    ["signed, but of another type", { ...signed(body), "content-type": "text/plain" }, body],
    ["without a type", { ...signed(body), "content-type": undefined }, body],
    ["with a signature of another length", { ...signed(body), "x-pusher-signature": "00" }, body],
    ["without a key", { ...signed(body), "x-pusher-key": undefined }, body],
  ])("%s", (_, headers, rawBody, extra) => {
    const [ours, theirs] = both((Class) => seen(Class, headers, rawBody, extra as never));
    expect(ours).toEqual(theirs);
  });

  it.each<[string, Headers | Anything, string | Uint8Array, boolean]>([
    [
      "whose type names its characters",
      { ...signed(body), "content-type": "application/json; charset=utf-8" },
      body,
      true,
    ],
    ["whose headers are a Headers", new Headers(signed(body) as never), body, true],
    [
      "whose headers are in upper case",
      Object.fromEntries(Object.entries(signed(body)).map(([name, value]) => [name.toUpperCase(), value])),
      body,
      true,
    ],
    ["whose body is a Buffer", signed(body), Buffer.from(body), true],
    ["without a signature", { ...signed(body), "x-pusher-signature": undefined }, body, false],
    ["whose signature is given twice", { ...signed(body), "x-pusher-signature": ["a", "b"] }, body, false],
    ["that is JSON without events", signed("null"), "null", false],
    ["whose body a parser has made an object of", signed(body), JSON.parse(body), false],
    ["whose body is an object without a prototype", signed(body), Object.create(null), false],
    ["whose body has a mark before it that was not signed", signed(body), Buffer.from(`\ufeff${body}`), false],
  ])("and one %s is no trap", (_, headers, rawBody, valid) => {
    expect(new Usher(credentials).webhook({ headers, rawBody }).isValid()).toBe(valid);
  });

  it.each<[unknown, boolean]>([
    [null, false],
    [[null], false],
    [[{ key: "other" }], false],
    [
      [
        { key: "other", secret: "wrong" },
        { key: "other", secret: "t" },
      ],
      true,
    ],
  ])("isValid(%j) of a webhook that another key has signed is %s, and never throws", (extra, valid) => {
    const webhook = new Usher(credentials).webhook({ headers: signed(body, "t", "other"), rawBody: body });
    expect(webhook.isValid(extra as never)).toBe(valid);
  });

  it("is valid by whichever key of the app signed it", () => {
    const keys = [
      { key: "new", secret: "1" },
      { key: "f00d", secret: "tofu" },
    ];
    const usher = new Usher({ appId: "1", keys, host: "h" });
    expect(usher.webhook({ headers: signed(body), rawBody: body }).isValid()).toBe(true);
    const gone = new Usher({ appId: "1", keys: keys.slice(0, 1), host: "h" });
    expect(gone.webhook({ headers: signed(body), rawBody: body }).isValid()).toBe(false);
  });
});

it("leaves the caller's batch as it is, which the pusher package rewrites", async () => {
  const batch = [{ channel: "a", name: "e", data: { n: 1 } }];
  const before = createHash("md5").update(JSON.stringify(batch)).digest("hex");
  await new Usher({ ...credentials, fetch: async () => Response.json({}) }).triggerBatch(batch);
  expect(createHash("md5").update(JSON.stringify(batch)).digest("hex")).toBe(before);
});
