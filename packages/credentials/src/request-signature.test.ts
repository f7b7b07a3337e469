import fc from "fast-check";
import Pusher from "pusher";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { AppKey } from "./keys.ts";
import { Query } from "./query.ts";
import { type SignedRequest, signRequest, verifyRequest } from "./request-signature.ts";
import { digests } from "./testing/digests.ts";

const now = 1_234_567_890;
const key: AppKey = { key: "f00d", secret: "tofu" };
const other: AppKey = { key: "beef", secret: "miso" };
const path = "/apps/1/channels";
const none = new Uint8Array();
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const auth = `auth_key=f00d&auth_timestamp=${now}&auth_version=1.0`;

/** A request with the query as it stands, signed over the parameters as the protocol wants them. */
function arrived(query: string, signed: string, request: Partial<SignedRequest> = {}): SignedRequest {
  const text = `${request.method ?? "GET"}\n${request.path ?? path}\n${signed}`;
  return {
    method: "GET",
    path,
    body: none,
    ...request,
    query: `${query}&auth_signature=${digests.hmac("tofu", text)}`,
  };
}

function verify(request: SignedRequest): ReturnType<typeof verifyRequest> {
  return verifyRequest(request, [other, key], digests, now);
}

function fault(request: SignedRequest): string {
  const verdict = verify(request);
  if (!("fault" in verdict)) throw new Error(`${request.query} was accepted`);
  return verdict.fault;
}

const accepted: readonly (readonly [title: string, query: string, signed: string, name: string, value: string])[] = [
  ["in another order", `info=a&${auth}`, `${auth}&info=a`, "info", "a"],
  ["with a name in upper case", `INFO=A&${auth}`, `${auth}&info=A`, "info", "A"],
  ["with all its names in capitals", auth.replaceAll("auth_", "Auth_"), auth, "auth_key", "f00d"],
  [
    "with a raw comma",
    `${auth}&info=user_count,subscription_count`,
    `${auth}&info=user_count,subscription_count`,
    "info",
    "user_count,subscription_count",
  ],
  [
    "with a comma escaped",
    `${auth}&info=user_count%2Csubscription_count`,
    `${auth}&info=user_count,subscription_count`,
    "info",
    "user_count,subscription_count",
  ],
  ["with one name twice", `${auth}&channels[]=b&channels[]=a`, `${auth}&channels[]=b&channels[]=a`, "channels[]", "b"],
  [
    "with one name twice, between others",
    `channels[]=b&${auth}&channels[]=a&b=1`,
    `${auth}&b=1&channels[]=b&channels[]=a`,
    "channels[]",
    "b",
  ],
  ["with a name escaped", `${auth}&channels%5B%5D=a`, `${auth}&channels[]=a`, "channels[]", "a"],
  ["with UTF-8 escaped", `${auth}&info=%C4%85`, `${auth}&info=ą`, "info", "ą"],
  ["with an ampersand escaped", `${auth}&info=a%26b%3Dc`, `${auth}&info=a&b=c`, "info", "a&b=c"],
  ["with an equals sign in a value", `${auth}&info=a=b`, `${auth}&info=a=b`, "info", "a=b"],
  ["with an empty value", `${auth}&info=`, `${auth}&info=`, "info", ""],
  ["with no value", `${auth}&info`, `${auth}&info=`, "info", ""],
  ["with pairs that are nothing", `&&${auth}&&info=a&`, `${auth}&info=a`, "info", "a"],
  ["with a plus sign that means a space", `${auth}&info=a+b`, `${auth}&info=a b`, "info", "a b"],
  ["with a plus sign that means itself", `${auth}&info=a+b`, `${auth}&info=a+b`, "info", "a+b"],
  ["with a plus sign escaped", `${auth}&info=a%2Bb`, `${auth}&info=a+b`, "info", "a+b"],
  ["with a space escaped", `${auth}&info=a%20b`, `${auth}&info=a b`, "info", "a b"],
  [
    "with a space as a plus sign and a plus sign escaped",
    `${auth}&info=a+b%2Bc`,
    `${auth}&info=a b+c`,
    "info",
    "a b+c",
  ],
  ["with a parameter named fault", `${auth}&fault=a`, `${auth}&fault=a`, "fault", "a"],
  ["with a parameter named __proto__", `${auth}&__proto__=a`, `__proto__=a&${auth}`, "__proto__", "a"],
];

test.each(accepted)("a request is accepted %s", (_, query, signed, name, value) => {
  const verdict = verify(arrived(query, signed));
  if ("fault" in verdict) throw new Error(verdict.fault);
  expect(verdict.get(name)).toBe(value);
});

test("a request is accepted with the signature anywhere among the parameters", () => {
  const { query, ...request } = arrived("", auth);
  expect(verify({ ...request, query: `${query.slice(1)}&${auth}` })).toBeInstanceOf(Query);
});

const evil = bytes('{"name":"evil"}');

test.each([
  ["a parameter", "info=a", none],
  ["an empty parameter", "info", none],
  ["a later timestamp", `auth_timestamp=${now + 600}`, none],
  ["another body with its MD5", `body_md5=${digests.md5(evil)}`, evil],
  ["another body with its MD5, under a name in capitals", `BODY_MD5=${digests.md5(evil)}`, evil],
])("whoever saw a signed request cannot add %s to it, on whichever side of the signature", (_, added, changedBody) => {
  const { query, ...request } = arrived(auth, auth);
  const [, signature] = query.split("&auth_signature=");
  const end = `auth_signature=${signature}`;
  for (const forged of [
    `${query}&${added}`,
    `${query}&${added}&${end}`,
    `${added}&${query}`,
    `${auth}&${added}&${end}`,
    `${query}&Auth_Signature=${signature}&${added}`,
  ]) {
    expect(fault({ ...request, query: forged, body: changedBody }), forged).toContain("auth_signature");
  }
});

test.each([
  ["a%2Cb", "a,b"],
  ["100%25", "100%"],
  ["%41", "A"],
])("what is signed is the value %s as it means, not as it is escaped", (escaped, value) => {
  expect(fault(arrived(`${auth}&info=${escaped}`, `${auth}&info=${escaped}`))).toContain("auth_signature");
  expect(verify(arrived(`${auth}&info=${escaped}`, `${auth}&info=${value}`))).toBeInstanceOf(Query);
});

test("the order of several values of one name is signed too", () => {
  expect(fault(arrived(`${auth}&c[]=a&c[]=b`, `${auth}&c[]=b&c[]=a`))).toContain("auth_signature");
});

test("the method may be written in lower case, the path is signed as it was escaped", () => {
  expect(verify({ ...arrived(auth, auth), method: "get" })).toBeInstanceOf(Query);
  const escaped = arrived(auth, auth, { path: "/apps/1/users/a%3Ab" });
  expect(verify(escaped)).toBeInstanceOf(Query);
  expect(fault({ ...escaped, path: "/apps/1/users/a:b" })).toContain("auth_signature");
});

test.each([0, 1, 600, -1, -600])("a timestamp %i s off is accepted", (off) => {
  const query = auth.replace(String(now), String(now + off));
  expect(verify(arrived(query, query))).toBeInstanceOf(Query);
});

test.each([
  [601, "601 s ahead of"],
  [-601, "601 s behind"],
  [86_400, "86400 s ahead of"],
  [-now, `${now} s behind`],
])("a timestamp %i s off is refused", (off, sentence) => {
  const query = auth.replace(String(now), String(now + off));
  expect(fault(arrived(query, query))).toBe(`auth_timestamp is ${sentence} the server's clock`);
});

const stamp = `auth_timestamp=${now}`;

test.each([
  ["an unknown key", "auth_key", auth.replace("f00d", "cafe")],
  ["a key in capitals", "auth_key", auth.replace("f00d", "F00D")],
  ["an empty key", "auth_key", auth.replace("f00d", "")],
  ["no key", "auth_key", auth.replace("auth_key=f00d&", "")],
  ["a key under which another signs", "auth_signature", auth.replace("f00d", "beef")],
  ["version 2.0", "auth_version", auth.replace("1.0", "2.0")],
  ["version 1", "auth_version", auth.replace("1.0", "1")],
  ["no version", "auth_version", auth.replace("&auth_version=1.0", "")],
  ["no timestamp", "auth_timestamp", auth.replace(`${stamp}&`, "")],
  ["an empty timestamp", "auth_timestamp", auth.replace(stamp, "auth_timestamp=")],
  ["a timestamp in milliseconds", "auth_timestamp", auth.replace(stamp, `${stamp}000`)],
  ["a timestamp with a fraction", "auth_timestamp", auth.replace(stamp, `${stamp}.5`)],
  ["a timestamp in hexadecimal", "auth_timestamp", auth.replace(stamp, "auth_timestamp=0x499602D2")],
  ["a timestamp that is a power", "auth_timestamp", auth.replace(stamp, "auth_timestamp=1234567890e0")],
  ["a negative timestamp", "auth_timestamp", auth.replace(stamp, `auth_timestamp=-${now}`)],
  ["a timestamp without end", "auth_timestamp", auth.replace(stamp, stamp + "0".repeat(400))],
  ["a timestamp that is no number", "auth_timestamp", auth.replace(stamp, "auth_timestamp=NaN")],
])("a request with %s is refused, however it was signed: the sentence names %s", (_, name, query) => {
  expect(fault(arrived(query, query))).toContain(name);
});

const body = bytes('{"name":"é"}');
const md5 = digests.md5(body);

test.each([
  ["its MD5", body, `&body_md5=${md5}`],
  ["the MD5 of nothing, and nothing", none, "&body_md5=d41d8cd98f00b204e9800998ecf8427e"],
  ["no MD5, and nothing", none, ""],
])("a body arrives with %s", (_, arrivedBody, given) => {
  expect(verify(arrived(auth + given, auth + given, { method: "POST", body: arrivedBody }))).toBeInstanceOf(Query);
});

test.each([
  ["without body_md5", body, ""],
  ["with an empty body_md5", body, "&body_md5="],
  ["with the MD5 of another body", body, `&body_md5=${digests.md5("{}")}`],
  ["with the MD5 in capitals", body, `&body_md5=${md5.toUpperCase()}`],
  ["with half of the MD5", body, `&body_md5=${md5.slice(16)}`],
  ["empty, with the MD5 of another", none, `&body_md5=${md5}`],
  ["with the right MD5 after a wrong one", body, `&body_md5=0&body_md5=${md5}`],
])("a body that arrives %s is refused, however it was signed", (_, arrivedBody, given) => {
  expect(fault(arrived(auth + given, auth + given, { method: "POST", body: arrivedBody }))).toContain("body_md5");
});

test("the digest is that of the bytes, even where they are not UTF-8", () => {
  const binary = Uint8Array.of(0xff, 0xfe, 0);
  const query = `${auth}&body_md5=${digests.md5(binary)}`;
  expect(verify(arrived(query, query, { body: binary }))).toBeInstanceOf(Query);
  expect(fault(arrived(query, query, { body: Uint8Array.of(0xfe, 0xff, 0) }))).toContain("body_md5");
});

const signature = digests.hmac("tofu", `GET\n${path}\n${auth}`);

test.each([
  ["missing", ""],
  ["empty", "&auth_signature="],
  ["too short", `&auth_signature=${signature.slice(1)}`],
  ["too long", `&auth_signature=${signature}0`],
  ["in capitals", `&auth_signature=${signature.toUpperCase()}`],
  ["given after a wrong one", `&auth_signature=0&auth_signature=${signature}`],
  ["made with another secret", `&auth_signature=${digests.hmac("miso", `GET\n${path}\n${auth}`)}`],
])("a signature that is %s is refused", (_, given) => {
  expect(fault({ method: "GET", path, query: auth + given, body: none })).toBe(
    `auth_signature is not the HMAC-SHA256 of ${JSON.stringify(`GET\n${path}\n${auth}`)} with the secret of f00d`,
  );
});

test.each(["%", "%2", "%zz", "%C4", "%FF", "%ED%A0%80", "+%"])(
  "escaping that is broken, as in info=%s, is refused",
  (info) => {
    expect(fault(arrived(`${auth}&info=${info}`, `${auth}&info=${info}`))).toBe(
      "The query string is not valid percent-encoding",
    );
  },
);

test("an empty query string is refused for want of a key", () => {
  expect(fault({ method: "GET", path, query: "", body: none })).toContain("auth_key");
});

test("no sentence tells a secret", () => {
  const { query, ...request } = arrived(auth, auth);
  expect(fault({ ...request, query: `auth_signature=0&${query}` })).not.toMatch(/tofu|miso/);
});

test("the faults are found in the protocol's order: key, version, time, body, signature", () => {
  const faults = ["auth_key=x&auth_version=2&auth_timestamp=1&body_md5=0"];
  for (const [from, to] of [
    ["auth_key=x", "auth_key=f00d"],
    ["auth_version=2", "auth_version=1.0"],
    ["auth_timestamp=1&", `${stamp}&`],
    ["body_md5=0", `body_md5=${md5}`],
  ] as const) {
    faults.push((faults.at(-1) ?? "").replace(from, to));
  }
  const named = faults.map((query) => fault({ method: "POST", path, query, body }).split(" ")[0]);
  expect(named).toEqual(["auth_key", "auth_version", "auth_timestamp", "body_md5", "auth_signature"]);
});

test("a request is signed with its parameters escaped and sorted, the signature last", () => {
  const query = signRequest(key, { method: "get", path, params: { info: "a,b", a: "é &+" } }, digests, now);
  expect(query).toMatch(
    /^a=%C3%A9%20%26%2B&auth_key=f00d&auth_timestamp=1234567890&auth_version=1\.0&info=a%2Cb&auth_signature=[0-9a-f]{64}$/,
  );
});

test.each(["auth_key", "auth_timestamp", "auth_version", "auth_signature", "body_md5", "Auth_Key", "BODY_MD5"])(
  "%s cannot be given as a parameter",
  (name) => {
    expect(() => signRequest(key, { method: "GET", path, params: { [name]: "a" } }, digests, now)).toThrow(name);
  },
);

test.each([
  { a: "1", A: "2" },
  { A: "1", a: "2" },
])("names that differ in case only are signed as they will stand: %j", (params) => {
  const query = signRequest(key, { method: "GET", path, params }, digests, now);
  expect(verify({ method: "GET", path, query, body: none })).toBeInstanceOf(Query);
});

const name = fc.oneof(
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.constantFrom("a", "A", "b", "info", "channels[]", "a=b", "a&b", "a+b", "%41", "__proto__", "é", ""),
);
const value = fc.oneof(
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("", "a b", "a+b", "a%2Cb", "a&b=c", "a,b", "\n"),
);
const request = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT"),
  path: fc.webPath(),
  params: fc.dictionary(name, value, { maxKeys: 3 }),
  body: fc.oneof(fc.constant(""), fc.string({ unit: "binary", maxLength: 8 })),
});
const differs = fc.record({
  method: fc.constantFrom("DELETE", "PATCH", ""),
  path: fc.webPath(),
  value,
  body: value,
  seconds: fc.integer({ min: 1, max: 600 }),
});

test("what was signed is accepted, and refused once anything of it is changed", () => {
  fc.assert(
    fc.property(request, differs, ({ method, path, params, body }, change) => {
      const query = signRequest(key, { method, path, params, body }, digests, now);
      const sent = { method, path, query, body: bytes(body) };
      const holds = (other: Partial<SignedRequest>): boolean => !("fault" in verify({ ...sent, ...other }));
      if (!holds({})) return false;
      if (holds({ method: change.method })) return false;
      if (change.path !== path && holds({ path: change.path })) return false;
      if (change.body !== body && holds({ body: bytes(change.body) })) return false;
      if (holds({ query: query.replace(stamp, `auth_timestamp=${now - change.seconds}`) })) return false;
      return Object.entries(params).every(([name, value]) => {
        const pair = (value: string): string => `${encodeURIComponent(name)}=${encodeURIComponent(value)}&`;
        const at = `&${query}`.indexOf(`&${pair(value)}`);
        const changed = query.slice(0, at) + pair(change.value) + query.slice(at + pair(value).length);
        return at >= 0 && (change.value === value || !holds({ query: changed }));
      });
    }),
    { numRuns: 10_000 },
  );
});

const pusher = new Pusher({ appId: "1", key: key.key, secret: key.secret, cluster: "mt1" });

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: now * 1000 });
});

afterEach(() => {
  vi.useRealTimers();
});

test.each([
  { method: "GET", path: "/apps/1/channels" },
  { method: "get", path: "/apps/1/channels", params: { info: "user_count", filter_by_prefix: "presence-" } },
  {
    method: "GET",
    path: "/apps/1/channels",
    params: { info: "user_count,subscription_count", b_b: "1", bb: "2", b: "3" },
  },
  { method: "GET", path: "/event", params: { foo: "bar" }, body: "example body" },
  { method: "POST", path: "/apps/1/users/a:b/terminate_connections", body: "{}" },
  { method: "POST", path: "/apps/1/events", body: '{"name":"ą§¶™€łü€ß£"}' },
])("a request is signed as the pusher package signs it, save that values are escaped: %j", (request) => {
  const theirs = pusher.createSignedQueryString(request as Parameters<typeof pusher.createSignedQueryString>[0]);
  expect(decodeURIComponent(signRequest(key, request, digests, now))).toBe(theirs);
  expect(
    verify({ method: request.method, path: request.path, query: theirs, body: bytes(request.body ?? "") }),
  ).toBeInstanceOf(Query);
});

test.each([" ", "a b", "é", "a+b", "a,b", "presence-=@,.;", '"', "😀"])(
  "the pusher package's request with the value %j is accepted after the trip through an URL",
  (value) => {
    const theirs = pusher.createSignedQueryString({ method: "GET", path, params: { value } });
    const query = new URL(`http://localhost${path}?${theirs}`).search.slice(1);
    expect(verify({ method: "GET", path, query, body: none })).toBeInstanceOf(Query);
  },
);
