import { signChannel } from "@usher/credentials";
import Pusher from "pusher";
import { describe, expect, it } from "vitest";
import { digests } from "./digests.ts";
import Default, { Usher, Pusher as UsherAsPusher } from "./index.ts";

const app = (secret: string, key = "f00d") => new Usher({ appId: "1", key, secret, host: "127.0.0.1" });
const signatureOf = ({ auth }: { auth: string }) => auth.slice(auth.indexOf(":") + 1);

/** What the published vectors sign is wider than what the types allow. */
const loosely = (usher: Usher) =>
  usher as unknown as {
    authorizeChannel(socketId: string, channel: string, data?: unknown): { auth: string; channel_data?: string };
  };

describe("authenticateUser", () => {
  const documented = app("7ad3773142a6692b25b8", "278d425bdf160c739803");

  it("gives the answer that Pusher's documentation shows (D1)", () => {
    expect(documented.authenticateUser("1234.1234", { id: "12345" })).toEqual({
      auth: "278d425bdf160c739803:4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba",
      user_data: '{"id":"12345"}',
    });
  });

  it.each([
    ["N1", "tofu", "123.456", { id: "45678" }, "f4b1fdeea7c93e32648c7230e32b172057c5623cace6cfce791c6e7035e0babd"],
    [
      "N2",
      "tofu",
      "123.456",
      { id: "55555", user_name: "test" },
      "b8a9f173455903792ae2b788add0c4c78ad7372b3ae7fb5769479276a1993743",
    ],
    ["N3", "1", "123.456", { id: "45678" }, "79bddf29fe8e2153dd5d8d569b3f45e5aeb26ae2eb4758879d844791b466cfa2"],
    ["N4", "2", "123.456", { id: "45678" }, "a542498ffa6faf6de7c17a8106b923c042319bd73acfd1d274df32e269b55d1f"],
    ["N5", "tofu", "1.1", { id: "ą§¶™€łü€ß£" }, "620494cee53d6c568b49598313194088afda37218f0d059af03c0c898ed61ff4"],
  ])("signs vector %s", (_, secret, socketId, userData, signature) => {
    expect(signatureOf(app(secret).authenticateUser(socketId, userData))).toBe(signature);
  });
});

describe("authorizeChannel", () => {
  it.each([
    ["D2", "private-foobar", undefined, "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4"],
    [
      "D3, where Pusher's documentation is wrong",
      "presence-foobar",
      { user_id: 10, user_info: { name: "Mr. Channels" } },
      "31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80",
    ],
    [
      "D3b",
      "presence-foobar",
      { user_id: 10, user_info: { name: "Mr. Pusher" } },
      "afaed3695da2ffd16931f457e338e6c9f2921fa133ce7dac49f529792be6304c",
    ],
  ])("signs the documentation's vector %s", (_, channel, data, signature) => {
    const documented = app("7ad3773142a6692b25b8", "278d425bdf160c739803");
    const answer = loosely(documented).authorizeChannel("1234.1234", channel, data);
    expect(answer.auth).toBe(`278d425bdf160c739803:${signature}`);
    expect(answer.channel_data).toBe(data && JSON.stringify(data));
  });

  it.each([
    ["N6", "tofu", "123.456", "test", undefined, "efa6cf7644a0b35cba36aa0f776f3cbf7bb60e95ea2696bde1dbe8403b61bd7c"],
    ["N7", "tofu", "321.654", "test", undefined, "f6ecb0a17d3e4f68aca28f1673197a7608587c09deb0208faa4b5519aee0a777"],
    ["N8", "tofu", "123.456", "test1", undefined, "d5ab857f805433cb50562da96afa41688d7742a3c3a021ed15a4d991a4d8cf94"],
    ["N9", "tofu", "123.456", "test2", undefined, "43affa6a09af1fb9ce1cadf176171346beaf7366673ec1e5920f68b3e97a466d"],
    ["N10", "1", "123.456", "test", undefined, "584828bd6e80b2d177d2b28fde07b8e170abf87ccb5a791a50c933711fb8eb28"],
    ["N11", "2", "123.456", "test", undefined, "269bbf3f7625db4e0d0525b617efa5915c3ae667fd222dc8e4cb94bc531f26f2"],
    [
      "N12",
      "tofu",
      "123.456",
      "test",
      { foo: "bar" },
      "f41faf9ead2ea76772cc6b1168363057459f02499ae4d92e88229dc7f4efa2d4",
    ],
    ["N13", "tofu", "1.1", "test", "ą§¶™€łü€ß£", "2a229263e89d9c50524fd80c2e88be2843379f6931e28995e2cc214282c9db0c"],
    ["N15", "tofu", "123.456", "bla", "foo", "013ad3da0d88e0df6ae0a8184bef50b9c3933f2344499e6e3d1ad67fad799e20"],
  ])("signs vector %s", (_, secret, socketId, channel, data, signature) => {
    expect(signatureOf(loosely(app(secret)).authorizeChannel(socketId, channel, data))).toBe(signature);
  });

  it("has the digest of vector N14, whose channel is encrypted and cannot be authorized yet", () => {
    const claim = { socketId: "123.456", channel: "private-encrypted-bla", channelData: '"foo"' };
    expect(signChannel({ key: "f00d", secret: "tofu" }, claim, digests.hmac)).toBe(
      "f00d:962c48b78bf93d98ff4c92ee7dff04865821455b7b401e9d60a9e0a90af2c105",
    );
  });

  it("leaves channel_data out where there is no member", () => {
    expect(Object.keys(app("tofu").authorizeChannel("1.1", "private-a"))).toEqual(["auth"]);
  });
});

describe("a wrong argument throws at once what the pusher package throws", () => {
  const ours = app("tofu");
  const theirs = new Pusher({ appId: "1", key: "f00d", secret: "tofu", host: "127.0.0.1" }) as unknown as Usher;

  const socketIds = [undefined, null, 111, "", "1.1:", ":1.1", ":\n1.1", "1.1\n:", "1.1\n", "1", "１.1"] as string[];
  const channels = ["", "abc$", undefined, null, 111, {}, ["a$"], ":user::{}", "a".repeat(201)] as string[];
  const users = [undefined, null, 111, "", "abc", {}, { id: "" }, { id: 123 }, { id: null }] as { id: string }[];
  const longName = "e".repeat(201);

  const calls: [string, (usher: Usher) => unknown][] = [
    ...socketIds.flatMap((socketId): [string, (usher: Usher) => unknown][] => [
      [`authenticateUser with socket id ${JSON.stringify(socketId)}`, (u) => u.authenticateUser(socketId, { id: "1" })],
      [`authorizeChannel with socket id ${JSON.stringify(socketId)}`, (u) => u.authorizeChannel(socketId, "private-a")],
    ]),
    ...channels.flatMap((name): [string, (usher: Usher) => unknown][] => [
      [`authorizeChannel with channel ${JSON.stringify(name)}`, (u) => u.authorizeChannel("1.1", name)],
      [`trigger with channel ${JSON.stringify(name)}`, (u) => u.trigger([name], "event", {})],
    ]),
    ...users.map((user): [string, (usher: Usher) => unknown] => [
      `authenticateUser with user ${JSON.stringify(user)}`,
      (u) => u.authenticateUser("1.1", user),
    ]),
    ["authorizeChannel on a user's channel", (u) => u.authorizeChannel("1.1", "#server-to-user-1")],
    ["authorizeChannel on an encrypted channel", (u) => u.authorizeChannel("1.1", "private-encrypted-a")],
    ["trigger on a single name that is wrong", (u) => u.trigger("abc$", "event", {})],
    ["trigger with the socket id of nobody", (u) => u.trigger("a", "event", {}, { socket_id: "1" })],
    ["trigger with a long event name", (u) => u.trigger("a", longName, {})],
    ["trigger on 101 channels", (u) => u.trigger(Array(101).fill("a"), "event", {})],
    ["trigger on an encrypted channel", (u) => u.trigger("private-encrypted-a", "event", {})],
    ["trigger on an encrypted channel among others", (u) => u.trigger(["private-encrypted-a", "b"], "event", {})],
    ["trigger with everything wrong", (u) => u.trigger(Array(101).fill("$"), longName, {}, { socket_id: "1" })],
    ["trigger with a long name on too many channels", (u) => u.trigger(Array(101).fill("$"), longName, {})],
    ["trigger on too many wrong channels", (u) => u.trigger(Array(101).fill("$"), "event", {})],
    [
      "triggerBatch on an encrypted channel",
      (u) => u.triggerBatch([{ channel: "private-encrypted-a", name: "e", data: "" }]),
    ],
    ["sendToUser with a long event name", (u) => u.sendToUser("1", longName, {})],
    ["sendToUser to nobody", (u) => u.sendToUser("", "event", {})],
    ["terminateUserConnections of nobody", (u) => u.terminateUserConnections("")],
    ...["auth_key", "auth_timestamp", "auth_version", "auth_signature", "body_md5"].map(
      (name): [string, (usher: Usher) => unknown] => [
        `get with the parameter ${name}`,
        (u) => u.get({ path: "/channels", params: { [name]: "1" } }),
      ],
    ),
  ];

  it.each(calls)("%s", (_, call) => {
    const sentence = thrownBy(() => call(theirs));
    expect(sentence).toMatch(/./);
    expect(thrownBy(() => call(ours))).toBe(sentence);
  });
});

describe("T14: a user id never leaves its place in a path", () => {
  it.each(["..", ".", "", "a\nb", "a".repeat(129)])("%j throws before any request", (userId) => {
    const usher = new Usher({ appId: "1", key: "k", secret: "s", host: "127.0.0.1", fetch: refuseToFetch });
    expect(() => usher.terminateUserConnections(userId)).toThrow("Invalid user id");
    expect(() => usher.sendToUser(userId, "event", {})).toThrow("Invalid user id");
    expect(() => usher.authenticateUser("1.1", { id: userId })).toThrow("Invalid user id");
  });

  it.each([
    ["../../x", "..%2F..%2Fx"],
    ["a/b", "a%2Fb"],
    ["a?b", "a%3Fb"],
    ["a#b", "a%23b"],
    ["%2e%2e", "%252e%252e"],
    ["auth0|1", "auth0%7C1"],
  ])("%s is escaped", async (userId, escaped) => {
    const urls: string[] = [];
    const fetch = async (url: unknown) => {
      urls.push(String(url));
      return Response.json({});
    };
    await new Usher({ appId: "1", key: "k", secret: "s", host: "h", fetch }).terminateUserConnections(userId);
    expect(urls.map((url) => new URL(url).pathname)).toEqual([`/apps/1/users/${escaped}/terminate_connections`]);
  });
});

describe("the options", () => {
  const complete = { appId: "1", key: "k", secret: "s", host: "127.0.0.1" };

  it.each([
    ["appId", { appId: undefined }],
    ["key", { key: undefined }],
    ["key", { key: "" }],
    ["secret", { secret: undefined }],
    ["keys", { keys: [] }],
    ["host", { host: undefined }],
    ["agent", { agent: {} }],
    ["encrypted", { useTLS: true, encrypted: true }],
    ["host", { host: "http://127.0.0.1" }],
    ["port", { port: "six" }],
  ])("are refused with a sentence about %s", (name, change) => {
    expect(() => new Usher({ ...complete, ...change } as never)).toThrow(new RegExp(`\\b${name}\\b`));
  });

  it("never tell the secret when it is the key that is missing", () => {
    expect(thrownBy(() => new Usher({ ...complete, key: "", secret: "tofu" }))).not.toContain("tofu");
  });

  it("take several keys, of which the first signs", () => {
    const keys = [
      { key: "new", secret: "1" },
      { key: "old", secret: "2" },
    ];
    const usher = new Usher({ appId: "1", keys, host: "127.0.0.1" });
    expect(usher.authorizeChannel("123.456", "test").auth).toBe(
      "new:584828bd6e80b2d177d2b28fde07b8e170abf87ccb5a791a50c933711fb8eb28",
    );
  });

  it("stay out of what is logged of the object", () => {
    expect(JSON.stringify(app("tofu")) + Object.entries(app("tofu")).join()).not.toContain("tofu");
  });
});

it("is one class under all its names", () => {
  expect([Default, UsherAsPusher]).toEqual([Usher, Usher]);
});

async function refuseToFetch(): Promise<Response> {
  throw new Error("a request was made");
}

function thrownBy(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}
