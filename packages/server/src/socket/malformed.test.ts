import { limits } from "@usher/protocol";
import { describe, expect, test } from "vitest";
import { serve, transports } from "../testing/serve.ts";

/** What a client should never say -> the answer it gets. The connection and the server stand after each. */
const frames: readonly [said: string | Buffer, sentence: string][] = [
  ["", "A frame must be a JSON object"],
  ["hello", "A frame must be a JSON object"],
  ["{", "A frame must be a JSON object"],
  ["null", "A frame must be a JSON object"],
  ["42", "A frame must be a JSON object"],
  ['"pusher:ping"', "A frame must be a JSON object"],
  ["[]", "A frame must be a JSON object"],
  [Buffer.from([0xff, 0xfe, 0x00]), "A frame must be a JSON object"],
  ["{}", "A frame must have an event"],
  ['{"event":null}', "A frame must have an event"],
  ['{"event":7}', "A frame must have an event"],
  ['{"event":""}', "A frame must have an event"],
  ['{"event":{"a":1}}', "A frame must have an event"],
  ['{"event":"pusher:ping","channel":7}', "The channel of a frame must be a string"],
  ['{"event":"pusher:subscribe"}', "The data of pusher:subscribe must be an object"],
  ['{"event":"pusher:subscribe","data":null}', "The data of pusher:subscribe must be an object"],
  ['{"event":"pusher:subscribe","data":[]}', "The data of pusher:subscribe must be an object"],
  ['{"event":"pusher:subscribe","data":"x"}', "The data of pusher:subscribe must be an object"],
  ['{"event":"pusher:subscribe","data":{}}', "pusher:subscribe needs data.channel"],
  ['{"event":"pusher:subscribe","data":{"channel":1}}', "pusher:subscribe needs data.channel"],
  ['{"event":"pusher:subscribe","data":{"channel":["a"]}}', "pusher:subscribe needs data.channel"],
  ['{"event":"pusher:unsubscribe"}', "pusher:unsubscribe needs data.channel"],
  ['{"event":"pusher:unsubscribe","data":{"channel":{}}}', "pusher:unsubscribe needs data.channel"],
  ['{"event":"pusher:signin"}', "The data of pusher:signin must be an object"],
  ['{"event":"pusher:nonsense","data":{}}', 'The server does not know the event "pusher:nonsense"'],
  ['{"event":"constructor"}', 'The server does not know the event "constructor"'],
  ['{"event":"__proto__"}', 'The server does not know the event "__proto__"'],
  ['{"event":"pusher:connection_established","data":{}}', "The server does not know the event"],
  ['{"event":"pusher_internal:member_added","channel":"presence-x","data":"{}"}', "The server does not know the event"],
  ['{"event":"my-event","channel":"news","data":"{}"}', "The server does not know the event"],
];

describe.each(transports)("over %s", (transport) => {
  test.each(frames)("%j is answered with an error that has no code", async (said, sentence) => {
    const { dial } = await serve({ transport });
    const caller = await dial();
    caller.say(said);
    const { event, data } = await caller.next();
    expect(event).toBe("pusher:error");
    expect(data).toMatchObject({ code: null, message: expect.stringContaining(sentence) });
    expect(await caller.settled()).toEqual([]);
  });

  test.each([{ auth: 7 }, { auth: {} }, { channel_data: 7 }, { channel_data: { user_id: "ann" } }])(
    "a subscription with %j is refused",
    async (wrong) => {
      const { dial } = await serve({ transport });
      const caller = await dial();
      caller.say({ event: "pusher:subscribe", data: { channel: "presence-x", auth: "app-key:x", ...wrong } });
      expect(await caller.next()).toMatchObject({
        event: "pusher:subscription_error",
        channel: "presence-x",
        data: { code: null, status: 400 },
      });
      expect(await caller.settled()).toEqual([]);
    },
  );

  test("a client event is rejected, with its channel", async () => {
    const { dial } = await serve({ transport });
    const [caller, other] = [await dial(), await dial()];
    other.say({ event: "pusher:subscribe", data: { channel: "news" } });
    await other.next();
    caller.say({ event: "client-typing", channel: "news", data: {} });
    expect(await caller.next()).toEqual({
      event: "pusher:error",
      channel: "news",
      data: {
        code: 4301,
        message: "Client events are not enabled for app app-id: see its setting clientEvents",
        refused: "client-typing",
      },
    });
    expect(await other.settled()).toEqual([]);
  });

  test(`a frame of more than ${limits.frameBytes} bytes is answered with an error, one of that size is read`, async () => {
    const { dial } = await serve({ transport });
    const caller = await dial();
    const frame = (bytes: number) => `{"event":"pusher:ping","data":"${"x".repeat(bytes - 33)}"}`;
    caller.say(frame(limits.frameBytes));
    expect(await caller.next()).toEqual({ event: "pusher:pong", data: {} });
    caller.say(frame(limits.frameBytes + 1));
    expect(await caller.next()).toMatchObject({
      event: "pusher:error",
      data: { code: null, message: expect.stringContaining("65536 bytes") },
    });
    expect(await caller.settled()).toEqual([]);
  });

  test("a frame over the engine's limit closes that socket and no other", async () => {
    const { dial } = await serve({ transport });
    const [caller, other] = [await dial(), await dial()];
    caller.say("x".repeat(1_048_577));
    await caller.closed;
    expect(await other.settled()).toEqual([]);
  });
});
