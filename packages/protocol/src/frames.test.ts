import fc from "fast-check";
import { expect, test } from "vitest";
import { type ErrorName, errors, ProtocolError } from "./errors.ts";
import {
  decodeClientFrame,
  decodeServerFrame,
  encodeClientFrame,
  encodeEvent,
  encodeMemberAdded,
  encodePresence,
  encodeServerFrame,
  refusalFrame,
  type ServerFrame,
} from "./frames.ts";

const asText: readonly ServerFrame[] = [
  { event: "pusher:connection_established", data: { socket_id: "1.1", activity_timeout: 120 } },
  { event: "pusher:signin_success", data: { user_data: '{"id":"1"}' } },
  { event: "pusher:cache_miss", channel: "cache-a", data: {} },
  { event: "pusher_internal:subscription_succeeded", channel: "a", data: {} },
  { event: "pusher_internal:member_removed", channel: "presence-a", data: { user_id: "1" } },
  { event: "pusher_internal:subscription_count", channel: "a", data: { subscription_count: 2 } },
  { event: "pusher_internal:watchlist_events", data: { events: [{ name: "online", user_ids: ["1"] }] } },
];

test.each(asText)("the data of $event is a string that holds JSON", (frame) => {
  const sent = JSON.parse(encodeServerFrame(frame));
  expect(sent).toEqual({ ...frame, data: JSON.stringify(frame.data) });
});

const asObject: readonly ServerFrame[] = [
  { event: "pusher:error", data: { code: 4009, message: "No" } },
  { event: "pusher:error", channel: "a", data: { code: null, message: "No", refused: "client-a" } },
  { event: "pusher:ping", data: {} },
  { event: "pusher:pong", data: {} },
  {
    event: "pusher:subscription_error",
    channel: "private-a",
    data: { type: "AuthError", error: "No", status: 401, code: 4009, refused: "pusher:subscribe" },
  },
];

test.each(asObject)("the data of $event is an object", (frame) => {
  expect(JSON.parse(encodeServerFrame(frame))).toEqual(frame);
});

test("the greeting is, byte for byte, what clients know", () => {
  const frame: ServerFrame = {
    event: "pusher:connection_established",
    data: { socket_id: "1.1", activity_timeout: 120 },
  };
  expect(encodeServerFrame(frame)).toBe(
    '{"event":"pusher:connection_established","data":"{\\"socket_id\\":\\"1.1\\",\\"activity_timeout\\":120}"}',
  );
});

test.each(["", "0", "false", "null", '{"a": 1}', "plain", "\u2028é😀"])(
  "an event carries the data %j as it was given",
  (data) => {
    expect(JSON.parse(encodeEvent("my-event", "a", data))).toEqual({ event: "my-event", channel: "a", data });
  },
);

test("an event names its sender only where it has one", () => {
  expect(encodeEvent("client-a", "presence-a", "{}", "1")).toBe(
    '{"event":"client-a","channel":"presence-a","data":"{}","user_id":"1"}',
  );
  expect(encodeEvent("a", "b", "{}")).toBe('{"event":"a","channel":"b","data":"{}"}');
});

test("the success of a presence subscription lists everyone once, with null where there is no user_info", () => {
  const members = new Map([
    ["a", '{"name":"A"}'],
    ["b", undefined],
  ]);
  expect(JSON.parse(encodePresence("presence-x", members))).toEqual({
    event: "pusher_internal:subscription_succeeded",
    channel: "presence-x",
    data: '{"presence":{"count":2,"ids":["a","b"],"hash":{"a":{"name":"A"},"b":null}}}',
  });
});

test("the success of a presence subscription to an empty channel is well-formed too", () => {
  expect(JSON.parse(JSON.parse(encodePresence("presence-x", new Map())).data)).toEqual({
    presence: { count: 0, ids: [], hash: {} },
  });
});

const oddIds = [
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  '"',
  '","x":"',
  "\\",
  "\\u0022",
  "ą§¶™€łü€ß£",
  "😀",
  "\u2028",
  "10",
  " ",
];

test.each(oddIds)("the user id %j stands in a presence channel as any other", (userId) => {
  const { presence } = JSON.parse(
    JSON.parse(
      encodePresence(
        "presence-x",
        new Map([
          [userId, '{"is":"me"}'],
          ["z", undefined],
        ]),
      ),
    ).data,
  );
  expect(presence.count).toBe(2);
  expect(presence.ids).toEqual([userId, "z"]);
  expect(Object.entries(presence.hash).sort()).toEqual(
    [
      [userId, { is: "me" }],
      ["z", null],
    ].sort(),
  );
  expect(Object.getPrototypeOf(presence.hash)).toBe(Object.prototype);
});

test.each(oddIds)("the coming of the user %j is told", (userId) => {
  const frame = JSON.parse(encodeMemberAdded("presence-x", { userId, info: '{"is":"me"}' }));
  expect(frame).toMatchObject({ event: "pusher_internal:member_added", channel: "presence-x" });
  expect(JSON.parse(frame.data)).toEqual({ user_id: userId, user_info: { is: "me" } });
});

test("the coming of a user without user_info leaves it out, one whose user_info is null does not", () => {
  expect(JSON.parse(encodeMemberAdded("presence-x", { userId: "1", info: undefined })).data).toBe('{"user_id":"1"}');
  expect(JSON.parse(encodeMemberAdded("presence-x", { userId: "1", info: "null" })).data).toBe(
    '{"user_id":"1","user_info":null}',
  );
});

test("a client writes event, data and channel, in this order", () => {
  expect(encodeClientFrame("client-a", { b: 1 }, "private-a")).toBe(
    '{"event":"client-a","data":{"b":1},"channel":"private-a"}',
  );
  expect(encodeClientFrame("pusher:ping", {})).toBe('{"event":"pusher:ping","data":{}}');
});

test.each([
  ["data absent", '{"event":"pusher:ping"}', { event: "pusher:ping", channel: undefined, data: undefined }],
  ["data an object", '{"event":"pusher:ping","data":{}}', { event: "pusher:ping", channel: undefined, data: {} }],
  [
    "data encoded twice",
    '{"event":"pusher:subscribe","data":"{\\"channel\\":\\"a\\"}"}',
    { event: "pusher:subscribe", channel: undefined, data: { channel: "a" } },
  ],
  [
    "data a string that is not JSON",
    '{"event":"pusher:subscribe","data":"abc"}',
    { event: "pusher:subscribe", channel: undefined, data: undefined },
  ],
  [
    "a client event whose data looks like JSON",
    '{"event":"client-a","data":"{\\"a\\":1}","channel":"private-a"}',
    { event: "client-a", channel: "private-a", data: '{"a":1}' },
  ],
  ["an event of no known kind", '{"event":"pusherx","data":"1"}', { event: "pusherx", channel: undefined, data: "1" }],
  ["members out of order", '{"channel":"a","x":1,"data":null,"event":"e"}', { event: "e", channel: "a", data: null }],
])("the server reads a frame with %s", (_, text, frame) => {
  expect(decodeClientFrame(text)).toEqual(frame);
});

test.each(["", "abc", "null", "5", '"pusher:ping"', "[]", '[{"event":"a"}]', "{", '{"event":"a"}x'])(
  "the frame %j is malformed, for it is no JSON object",
  (text) => {
    expect(malformed(text).message).toBe("A frame must be a JSON object");
  },
);

test.each([
  "{}",
  '{"data":{}}',
  '{"event":null}',
  '{"event":5}',
  '{"event":""}',
  '{"event":{}}',
  '{"__proto__":{"event":"a"}}',
])("the frame %j is malformed, for it has no event", (text) => {
  expect(malformed(text).message).toMatch(/event/);
});

test.each([5, {}, [], true])("a frame whose channel is %j is malformed", (channel) => {
  expect(malformed(JSON.stringify({ event: "client-a", channel })).message).toMatch(/channel/);
});

test("nesting without end is read or refused as any other frame", () => {
  const depth = 30_000;
  const abyss = `${"[".repeat(depth)}${"]".repeat(depth)}`;
  expect(decodeClientFrame(`{"event":"pusher:subscribe","data":${abyss}}`).event).toBe("pusher:subscribe");
  expect(malformed("[".repeat(depth)).reason).toBe("malformed");
});

test("whatever a client says, it is read or refused", () => {
  const near = fc.record(
    {
      event: fc.oneof(fc.constantFrom("pusher:subscribe", "client-a", ""), fc.jsonValue({ maxDepth: 1 })),
      channel: fc.oneof(fc.string(), fc.jsonValue({ maxDepth: 1 })),
      data: fc.oneof(fc.json({ maxDepth: 1 }), fc.string(), fc.jsonValue({ maxDepth: 1 })),
    },
    { requiredKeys: [] },
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json({ maxDepth: 1 }),
    near.map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(text, (frame) => {
      try {
        const { event, channel } = decodeClientFrame(frame);
        expect(event).toMatch(/./su);
        expect(["string", "undefined"]).toContain(typeof channel);
      } catch (error) {
        expect(error).toBeInstanceOf(ProtocolError);
      }
    }),
    { numRuns: 10_000 },
  );
});

test.each([
  [
    "data decoded once",
    '{"event":"a","channel":"b","data":"{\\"c\\":\\"1\\"}"}',
    { event: "a", channel: "b", data: { c: "1" } },
  ],
  ["data that is an object", '{"event":"a","data":{"b":1}}', { event: "a", data: { b: 1 } }],
  ["a string that looks like a number", '{"event":"a","data":"5"}', { event: "a", data: 5 }],
  ["a string that looks like null", '{"event":"a","data":"null"}', { event: "a", data: null }],
  ["a string that is not JSON", '{"event":"a","data":"b"}', { event: "a", data: "b" }],
  ["an empty string", '{"event":"a","data":""}', { event: "a", data: "" }],
  ["no data", '{"event":"a"}', { event: "a" }],
  ["a sender", '{"event":"a","user_id":"1","other":1}', { event: "a", user_id: "1" }],
  ["an empty sender", '{"event":"a","user_id":""}', { event: "a" }],
  ["a channel that is no string", '{"event":"a","channel":null}', { event: "a" }],
])("a client reads a frame with %s", (_, text, frame) => {
  expect(decodeServerFrame(text)).toStrictEqual(frame);
});

test.each(["", "abc", "{"])("a client cannot read %j: it is not JSON", (text) => {
  expect(() => decodeServerFrame(text)).toThrow(SyntaxError);
});

test.each(["null", "[]", "5", "{}", '{"event":5}'])("a client cannot read %j: it is no frame", (text) => {
  expect(() => decodeServerFrame(text)).toThrow(TypeError);
});

test("what one side writes the other reads", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.string(), fc.jsonValue({ maxDepth: 1 }), (name, channel, data) => {
      const sent: unknown = JSON.parse(JSON.stringify(data));
      expect(decodeClientFrame(encodeClientFrame(`client-${name}`, data, channel))).toEqual({
        event: `client-${name}`,
        channel,
        data: sent,
      });
      expect(decodeServerFrame(encodeEvent(name, channel, JSON.stringify(data)))).toEqual({
        event: name,
        channel,
        data: sent,
      });
    }),
    { numRuns: 10_000 },
  );
});

test.each<[ErrorName, string, number]>([
  ["unauthorized", "AuthError", 401],
  ["overCapacity", "LimitReached", 403],
  ["internal", "ServerError", 500],
  ["invalidChannel", "InvalidChannel", 400],
])("a subscription refused as %s hears of it on its channel, as %s with status %i", (reason, type, status) => {
  const error = new ProtocolError(reason, "Because");
  expect(refusalFrame(error, { event: "pusher:subscribe", channel: "private-a" })).toEqual({
    event: "pusher:subscription_error",
    channel: "private-a",
    data: { type, error: "Because", status, code: errors[reason].code, refused: "pusher:subscribe" },
  });
});

test.each(Object.keys(errors) as ErrorName[])("a subscription can be refused as %s", (reason) => {
  const frame = refusalFrame(new ProtocolError(reason), { event: "pusher:subscribe", channel: "a" });
  expect(frame).toMatchObject({
    event: "pusher:subscription_error",
    channel: "a",
    data: { error: errors[reason].message },
  });
});

test.each([
  ["a frame that could not be read", undefined, {}, {}],
  ["a subscription to no channel", { event: "pusher:subscribe" }, {}, { refused: "pusher:subscribe" }],
  ["a sign-in", { event: "pusher:signin" }, {}, { refused: "pusher:signin" }],
  ["a client event", { event: "client-a", channel: "private-a" }, { channel: "private-a" }, { refused: "client-a" }],
  [
    "an unsubscription",
    { event: "pusher:unsubscribe", channel: "a" },
    { channel: "a" },
    { refused: "pusher:unsubscribe" },
  ],
])("the refusal of %s is a pusher:error", (_, refused, where, what) => {
  expect(refusalFrame(new ProtocolError("unauthorized", "Because"), refused)).toStrictEqual({
    event: "pusher:error",
    ...where,
    data: { code: 4009, message: "Because", ...what },
  });
});

test("a refusal for which the protocol has no code says null", () => {
  expect(refusalFrame(new ProtocolError("malformed"))).toMatchObject({ data: { code: null } });
});

function malformed(text: string): ProtocolError {
  try {
    decodeClientFrame(text);
  } catch (error) {
    if (error instanceof ProtocolError && error.reason === "malformed") return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}
