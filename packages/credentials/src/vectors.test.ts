import { expect, test } from "vitest";
import { signChannel, verifyChannel } from "./channel-credential.ts";
import type { AppKey } from "./keys.ts";
import { Query } from "./query.ts";
import { signRequest, verifyRequest } from "./request-signature.ts";
import { changedAt, digests } from "./testing/digests.ts";
import { signUser, verifyUser } from "./user-credential.ts";
import { signWebhook, verifyWebhook } from "./webhook-signature.ts";

// The vectors of Pusher's documentation (D), of pusher-http-node's tests (N, M) and of our own (X), recomputed with two tools.

const { hmac, md5 } = digests;
const docs: AppKey = { key: "278d425bdf160c739803", secret: "7ad3773142a6692b25b8" };
const tofu = (key: string): AppKey => ({ key, secret: "tofu" });
const node = tofu("f00d");

test.each([
  ["D1", docs, "1234.1234", '{"id":"12345"}', "4708d583dada6a56435fb8bc611c77c359a31eebde13337c16ab43aa6de336ba"],
  ["N1", node, "123.456", '{"id":"45678"}', "f4b1fdeea7c93e32648c7230e32b172057c5623cace6cfce791c6e7035e0babd"],
  [
    "N2",
    node,
    "123.456",
    '{"id":"55555","user_name":"test"}',
    "b8a9f173455903792ae2b788add0c4c78ad7372b3ae7fb5769479276a1993743",
  ],
  [
    "N3",
    { key: "f00d", secret: "1" },
    "123.456",
    '{"id":"45678"}',
    "79bddf29fe8e2153dd5d8d569b3f45e5aeb26ae2eb4758879d844791b466cfa2",
  ],
  [
    "N4",
    { key: "f00d", secret: "2" },
    "123.456",
    '{"id":"45678"}',
    "a542498ffa6faf6de7c17a8106b923c042319bd73acfd1d274df32e269b55d1f",
  ],
  ["N5", node, "1.1", '{"id":"ą§¶™€łü€ß£"}', "620494cee53d6c568b49598313194088afda37218f0d059af03c0c898ed61ff4"],
])("%s: a user is signed and verified", (_, key, socketId, userData, signature) => {
  const claim = { socketId, userData };
  const auth = `${key.key}:${signature}`;
  expect(signUser(key, claim, hmac)).toBe(auth);
  expect(verifyUser(auth, [key], claim, hmac)).toBeUndefined();
  for (const changed of everyChange(signature)) {
    expect(verifyUser(`${key.key}:${changed}`, [key], claim, hmac)).toBe("wrong-signature");
  }
  for (const other of everyChange(userData)) {
    expect(verifyUser(auth, [key], { socketId, userData: other }, hmac)).toBe("wrong-signature");
  }
  for (const other of everyChange(socketId)) {
    expect(verifyUser(auth, [key], { socketId: other, userData }, hmac)).toBe("wrong-signature");
  }
});

const channels: readonly (readonly [string, AppKey, string, string, string | undefined, string])[] = [
  [
    "D2",
    docs,
    "1234.1234",
    "private-foobar",
    undefined,
    "58df8b0c36d6982b82c3ecf6b4662e34fe8c25bba48f5369f135bf843651c3a4",
  ],
  [
    "D3",
    docs,
    "1234.1234",
    "presence-foobar",
    '{"user_id":10,"user_info":{"name":"Mr. Channels"}}',
    "31935e7d86dba64c2a90aed31fdc61869f9b22ba9d8863bba239c03ca481bc80",
  ],
  [
    "D3b",
    docs,
    "1234.1234",
    "presence-foobar",
    '{"user_id":10,"user_info":{"name":"Mr. Pusher"}}',
    "afaed3695da2ffd16931f457e338e6c9f2921fa133ce7dac49f529792be6304c",
  ],
  ["N6", node, "123.456", "test", undefined, "efa6cf7644a0b35cba36aa0f776f3cbf7bb60e95ea2696bde1dbe8403b61bd7c"],
  ["N7", node, "321.654", "test", undefined, "f6ecb0a17d3e4f68aca28f1673197a7608587c09deb0208faa4b5519aee0a777"],
  ["N8", node, "123.456", "test1", undefined, "d5ab857f805433cb50562da96afa41688d7742a3c3a021ed15a4d991a4d8cf94"],
  ["N9", node, "123.456", "test2", undefined, "43affa6a09af1fb9ce1cadf176171346beaf7366673ec1e5920f68b3e97a466d"],
  [
    "N10",
    { key: "f00d", secret: "1" },
    "123.456",
    "test",
    undefined,
    "584828bd6e80b2d177d2b28fde07b8e170abf87ccb5a791a50c933711fb8eb28",
  ],
  [
    "N11",
    { key: "f00d", secret: "2" },
    "123.456",
    "test",
    undefined,
    "269bbf3f7625db4e0d0525b617efa5915c3ae667fd222dc8e4cb94bc531f26f2",
  ],
  ["N12", node, "123.456", "test", '{"foo":"bar"}', "f41faf9ead2ea76772cc6b1168363057459f02499ae4d92e88229dc7f4efa2d4"],
  ["N13", node, "1.1", "test", '"ą§¶™€łü€ß£"', "2a229263e89d9c50524fd80c2e88be2843379f6931e28995e2cc214282c9db0c"],
  [
    "N14",
    node,
    "123.456",
    "private-encrypted-bla",
    '"foo"',
    "962c48b78bf93d98ff4c92ee7dff04865821455b7b401e9d60a9e0a90af2c105",
  ],
  ["N15", node, "123.456", "bla", '"foo"', "013ad3da0d88e0df6ae0a8184bef50b9c3933f2344499e6e3d1ad67fad799e20"],
];

test.each(channels)("%s: a channel is signed and verified", (_, key, socketId, channel, channelData, signature) => {
  const claim = { socketId, channel, channelData };
  const auth = `${key.key}:${signature}`;
  expect(signChannel(key, claim, hmac)).toBe(auth);
  expect(verifyChannel(auth, [key], claim, hmac)).toBeUndefined();
  for (const changed of everyChange(signature)) {
    expect(verifyChannel(`${key.key}:${changed}`, [key], claim, hmac)).toBe("wrong-signature");
  }
  for (const other of everyChange(socketId)) {
    expect(verifyChannel(auth, [key], { ...claim, socketId: other }, hmac)).toBe("wrong-signature");
  }
  for (const other of everyChange(channel)) {
    expect(verifyChannel(auth, [key], { ...claim, channel: other }, hmac)).toBe("wrong-signature");
  }
  for (const other of everyChange(channelData ?? "")) {
    expect(verifyChannel(auth, [key], { ...claim, channelData: other }, hmac)).toBe("wrong-signature");
  }
});

test("D3: what the documentation prints there belongs to D3b", () => {
  const claim = {
    socketId: "1234.1234",
    channel: "presence-foobar",
    channelData: '{"user_id":10,"user_info":{"name":"Mr. Channels"}}',
  };
  const printed = `${docs.key}:afaed3695da2ffd16931f457e338e6c9f2921fa133ce7dac49f529792be6304c`;
  expect(verifyChannel(printed, [docs], claim, hmac)).toBe("wrong-signature");
});

const d4 = '{"name":"foo","channels":["project-3"],"data":"{\\"some\\":\\"data\\"}"}';

const requests: readonly (readonly [
  id: string,
  key: AppKey,
  request: { method: string; path: string; params?: Record<string, string>; body?: string },
  timestamp: number,
  query: string,
  signature: string,
])[] = [
  [
    "D5",
    docs,
    { method: "POST", path: "/apps/3/events", body: d4 },
    1353088179,
    "auth_key=278d425bdf160c739803&auth_timestamp=1353088179&auth_version=1.0&body_md5=ec365a775a4cd0599faeb73354201b6f",
    "da454824c97ba181a32ccc17a72625ba02771f50b50e1e7430e47a1f3f457e6c",
  ],
  [
    "N18",
    node,
    { method: "GET", path: "/event", body: "example body" },
    1234567890,
    "auth_key=f00d&auth_timestamp=1234567890&auth_version=1.0&body_md5=165d5e6d7ca8f73b3853ce45addf42fc",
    "a650196dc427ebe837226f8565ca9232198c6d1b9455eaa72374a9dc0b620e7b",
  ],
  [
    "N19",
    node,
    { method: "GET", path: "/event", params: { foo: "bar", baz: "123454321" } },
    1234567890,
    "auth_key=f00d&auth_timestamp=1234567890&auth_version=1.0&baz=123454321&foo=bar",
    "d8bdbd31911fb7400a14fbd36fd7de053494725b64400ae5856deafe304b34a9",
  ],
  [
    "X1",
    tofu("111111"),
    {
      method: "GET",
      path: "/apps/999/channels",
      params: { info: "user_count,subscription_count", filter_by_prefix: "presence-" },
    },
    1234567890,
    "auth_key=111111&auth_timestamp=1234567890&auth_version=1.0&filter_by_prefix=presence-&info=user_count%2Csubscription_count",
    "a446ad15c8b0189c0a136c3deb36f9f38f2788826ff03b8c3796d3991814f517",
  ],
  [
    "X2",
    node,
    { method: "POST", path: "/apps/1234/users/testUserId/terminate_connections", body: "{}" },
    1234567890,
    "auth_key=f00d&auth_timestamp=1234567890&auth_version=1.0&body_md5=99914b932bd37a50b983c5e7c90ae93b",
    "3d677662acbf8b3b9e018907e2a4797d1402b929ecf3c9c7050891ff51cf7780",
  ],
  [
    "X4",
    tofu("111111"),
    { method: "GET", path: "/apps/999/channels/presence-a/users" },
    1234567890,
    "auth_key=111111&auth_timestamp=1234567890&auth_version=1.0",
    "373c9e1a37c30d59cebbab52a4e8e7fb33977a9a8a0e002a04733cd306d5dc12",
  ],
];

test.each(requests)("%s: a request is signed and verified", (_, key, request, timestamp, unsigned, signature) => {
  const query = `${unsigned}&auth_signature=${signature}`;
  expect(signRequest(key, request, digests, timestamp)).toBe(query);

  const body = new TextEncoder().encode(request.body ?? "");
  const arrived = { method: request.method, path: request.path, query, body };
  expect(verifyRequest(arrived, [key], digests, timestamp)).toBeInstanceOf(Query);
  const changed = [
    ...everyChange(signature).map((other) => ({ ...arrived, query: `${unsigned}&auth_signature=${other}` })),
    ...everyChange(unsigned).map((other) => ({ ...arrived, query: `${other}&auth_signature=${signature}` })),
    ...everyChange(request.path).map((path) => ({ ...arrived, path })),
    ...everyChange(request.method).map((method) => ({ ...arrived, method })),
    ...Array.from(body, (byte, index) => ({ ...arrived, body: body.with(index, byte ^ 1) })),
  ];
  for (const other of changed) expect(verifyRequest(other, [key], digests, timestamp)).toHaveProperty("fault");
});

const webhook = '{"time_ms":1403175510755,"events":[{"channel":"test_channel","name":"channel_vacated"}]}';

test("N20: a webhook is signed and verified", () => {
  const key = tofu("123456789");
  const signature = "c17257e92037cd7de407ebc1ed174ceb7b2e518db127f44411b9ffc4f5b28cc5";
  const signed = { key: "123456789", signature };
  expect(signWebhook(key, webhook, hmac)).toEqual(signed);
  expect(verifyWebhook(signed, [key], webhook, hmac)).toBe(true);
  for (const other of everyChange(signature)) {
    expect(verifyWebhook({ ...signed, signature: other }, [key], webhook, hmac)).toBe(false);
  }
  for (const other of everyChange(webhook)) expect(verifyWebhook(signed, [key], other, hmac)).toBe(false);
});

const event = (members: object): string => JSON.stringify({ name: "my_event", data: '{"some":"data "}', ...members });

test.each([
  ["D4", d4, "ec365a775a4cd0599faeb73354201b6f"],
  ["N17", "example body", "165d5e6d7ca8f73b3853ce45addf42fc"],
  ["M1", event({ channels: ["one"] }), "e95168baf497b2e54b2c6cadd41a6a3f"],
  ["M2", event({ channels: ["one", "two", "three"] }), "530dac0aa045e5f8e51c470aed0ce325"],
  ["M3", '{"name":"my_event","data":"[1,2,4]","channels":["one"]}', "18e64b2fed38726915d79ebb4f8feb5b"],
  ["M4", '{"name":"test_event","data":"test string","channels":["test"]}', "f358a562d00e1bfe1859132d932cd706"],
  [
    "M5",
    event({ channels: ["test_channel"], socket_id: "123.567", info: "user_count,subscription_count" }),
    "2e4f053f1c325dedbe21abd8f1852b53",
  ],
  ["M6", event({ channels: ["test_channel"], info: "subscription_count" }), "d3a47b3241328a6432adf60c8e91b6fb"],
  ["M7", event({ channels: ["test_channel"] }), "cf87d666b4a829a54fc44b313584b2d7"],
  ["M8", event({ channels: ["test_-=@,.;channel"] }), "024f0f297e27e131c8ec2c8817d153f4"],
  ["M9", event({ channels: ["test_channel"], socket_id: "123.567" }), "0478e1ed73804ae1be97cfa6554cf039"],
  [
    "M10",
    '{"batch":[{"channel":"integration","name":"event","data":"test"},{"channel":"integration2","name":"event2","data":"test2"}]}',
    "fd5ab5fd40237f27555c4d2564470fdd",
  ],
  [
    "M11",
    '{"batch":[{"channel":"integration","name":"event","data":"{\\"hello\\":\\"world\\"}"},{"channel":"integration2","name":"event2","data":"{\\"hello2\\":\\"another world\\"}"}]}',
    "ade2e9d64d936215c2b2d6a6f4606ef9",
  ],
  ["M12", '{"foo":"one","bar":[1,2,3],"baz":4321}', "12bf5995ac4b1285a6d87b2dafb92590"],
  ["M13", "{}", "99914b932bd37a50b983c5e7c90ae93b"],
])("%s: the body's MD5 travels in the query and is demanded of the body that arrives", (_, body, digest) => {
  expect(md5(body)).toBe(digest);
  const request = { method: "POST", path: "/apps/1/events" };
  const query = signRequest(node, { ...request, body }, digests, 1234567890);
  expect(query).toContain(`&body_md5=${digest}&`);
  const bytes = new TextEncoder().encode(body);
  const arrived = { ...request, query, body: bytes };
  expect(verifyRequest(arrived, [node], digests, 1234567890)).toBeInstanceOf(Query);
  const changed = { ...arrived, body: bytes.with(0, 0x20) };
  expect(verifyRequest(changed, [node], digests, 1234567890)).toEqual({ fault: expect.stringContaining("body_md5") });
});

test("X5: the MD5 of no body may be given, and is compared", () => {
  const request = { method: "GET", path: "/apps/1/channels", body: new Uint8Array() };
  const query = (bodyMd5: string): string => {
    const unsigned = `auth_key=f00d&auth_timestamp=1234567890&auth_version=1.0&body_md5=${bodyMd5}`;
    return `${unsigned}&auth_signature=${hmac("tofu", `GET\n/apps/1/channels\n${unsigned}`)}`;
  };
  const empty = "d41d8cd98f00b204e9800998ecf8427e";
  expect(verifyRequest({ ...request, query: query(empty) }, [node], digests, 1234567890)).toBeInstanceOf(Query);
  expect(verifyRequest({ ...request, query: query(changedAt(empty, 31)) }, [node], digests, 1234567890)).toEqual({
    fault: expect.stringContaining("body_md5"),
  });
});

function everyChange(text: string): string[] {
  return Array.from(text, (_, index) => changedAt(text, index));
}
