import { expect } from "vitest";
import type { Line } from "../server.ts";
import { connected, hear, type Plays, type Stage, subscribed } from "../stage.ts";

export const messages: Plays = {
  async "data that is a string of JSON is parsed, once"(stage) {
    const heard = await hears(stage, ['{"n":1}', "[1]", "5", "true", '"12"', '"{}"']);
    expect(heard).toEqual([{ n: 1 }, [1], 5, true, "12", "{}"]);
  },

  async "data that is a string and no JSON stays a string"(stage) {
    expect(await hears(stage, ["hello", "{", "01"])).toEqual(["hello", "{", "01"]);
  },

  async "data that is no string stays what it is"(stage) {
    expect(await hears(stage, [{ n: 1 }, [1], 5, true])).toEqual([{ n: 1 }, [1], 5, true]);
  },

  async "a global listener of the client hears falsy data as it is"(stage) {
    const [client, line] = await connected(stage);
    const heard: unknown[][] = [];
    client.bind_global((...args: unknown[]) => args[0] === "e" && heard.push(args));
    await say(line, [0, "", null, false]);
    expect(heard).toEqual([
      ["e", 0],
      ["e", ""],
      ["e", null],
      ["e", false],
    ]);
  },

  async "a named listener of the client is called with no argument for falsy data"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(client, "e");
    await say(line, [0, "", null, false]);
    expect(heard).toEqual([[], [], [], []]);
  },

  async "a named listener of the client is called with no argument for data that is missing"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(client, "e");
    line.sayText('{"event":"e"}');
    await line.rest();
    expect(heard).toEqual([[]]);
  },

  async "a listener of a channel hears falsy data as it is, with metadata"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(await subscribed(client, line, "news"), "e");
    await say(line, [0, "", null, false], "news");
    expect(heard).toEqual([
      [0, {}],
      ["", {}],
      [null, {}],
      [false, {}],
    ]);
  },

  async "message tells event, channel, data and user_id, and nothing else of the message"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(client.connection, "message");
    line.sayText('{"event":"e","channel":"news","data":"{}","user_id":"ann","more":1}');
    line.sayText('{"event":"e","data":"{}","user_id":""}');
    await line.rest();
    expect(heard[0]).toEqual([{ event: "e", channel: "news", data: {}, user_id: "ann" }]);
    expect(heard[1]).toEqual([{ event: "e", data: {} }]);
  },

  async "message tells of pusher_internal: events too"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(client.connection, "message");
    line.say("pusher_internal:something", {}, { channel: "news" });
    await line.rest();
    expect(heard[0]).toEqual([{ event: "pusher_internal:something", channel: "news", data: {} }]);
  },

  async "the client tells every event but pusher_internal: ones, with data only"(stage) {
    const [client, line] = await connected(stage);
    const heard: unknown[][] = [];
    client.bind_global((...args: unknown[]) => heard.push(args));
    line.say("pusher_internal:something", {}, { channel: "news" });
    line.say("pusher:something", { n: 1 });
    line.say("e", { n: 2 }, { channel: "news", user_id: "ann" });
    await line.rest();
    expect(heard).toEqual([
      ["pusher:something", { n: 1 }],
      ["e", { n: 2 }],
      ["pusher:ping", {}],
    ]);
  },

  async "an event of a channel is told on the channel first, then on the client"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    const heard: string[] = [];
    client.bind("e", () => heard.push("client"));
    channel.bind("e", () => heard.push("channel"));
    client.connection.bind("message", () => heard.push("message"));
    line.say("e", {}, { channel: "news" });
    await line.rest();
    expect(heard.slice(0, 3)).toEqual(["channel", "client", "message"]);
  },

  async "text that is no JSON is a MessageParseError, and the connection stays"(stage) {
    const [client, line] = await connected(stage);
    const errors = hear(client.connection, "error");
    line.sayText("nonsense");
    await line.rest();
    expect(errors).toEqual([
      [expect.objectContaining({ type: "MessageParseError", error: expect.anything(), data: "nonsense" })],
    ]);
    expect(client.connection.state).toBe("connected");
  },

  async "the error within a MessageParseError says the same, with the error of the parser"(stage) {
    const [client, line] = await connected(stage);
    const errors = hear(client.connection, "error");
    line.sayText("nonsense");
    await line.rest();
    const error = { type: "MessageParseError", error: expect.any(SyntaxError), data: "nonsense" };
    expect(errors).toEqual([[{ type: "MessageParseError", error, data: "nonsense" }]]);
  },

  async "pusher:error is told by the connection as an error, by the client as an event, and the connection stays"(
    stage,
  ) {
    const [client, line] = await connected(stage);
    const errors = hear(client.connection, "error");
    const events = hear(client, "pusher:error");
    const data = { code: 4301, message: "too fast" };
    line.sayText(JSON.stringify({ event: "pusher:error", data }));
    line.say("pusher:error", data);
    await line.rest();
    expect(errors).toEqual([[{ type: "PusherError", data }], [{ type: "PusherError", data }]]);
    expect(events).toEqual([[data], [data]]);
    expect(client.connection.state).toBe("connected");
  },

  async "pusher:error with a channel is told on the channel, too"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(await subscribed(client, line, "news"), "pusher:error");
    line.say("pusher:error", { code: null, message: "no" }, { channel: "news" });
    await line.rest();
    expect(heard).toEqual([[{ code: null, message: "no" }, {}]]);
  },

  async "an event of a channel that nobody has subscribed to is told on the client all the same"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(client, "e");
    line.say("e", { n: 1 }, { channel: "nowhere" });
    await line.rest();
    expect(heard).toEqual([[{ n: 1 }]]);
  },

  async "send_event says event, data and channel in this order, and returns whether there is a connection"(stage) {
    const [client, line] = await connected(stage);
    expect(client.send_event("e", { n: 1 }, "news")).toBe(true);
    expect(client.send_event("f", "text")).toBe(true);
    expect(JSON.stringify(await line.next())).toBe('{"event":"e","data":{"n":1},"channel":"news"}');
    expect(JSON.stringify(await line.next())).toBe('{"event":"f","data":"text"}');
    client.disconnect();
    expect(client.send_event("e", {})).toBe(false);
  },

  async "send_event of the connection is that of the client"(stage) {
    const [{ connection }, line] = await connected(stage);
    expect(connection.send_event("e", [], "news")).toBe(true);
    expect(await line.next()).toEqual({ event: "e", data: [], channel: "news" });
  },

  async "send of the connection says any text"(stage) {
    const [{ connection }, line] = await connected(stage);
    expect(connection.send('{"event":"e"}')).toBe(true);
    expect(await line.next()).toEqual({ event: "e" });
    connection.disconnect();
    expect(connection.send("{}")).toBe(false);
  },

  async "send_event before there is a connection returns false, and says nothing later"({ client, server }) {
    const early = client();
    expect(early.send_event("e", {})).toBe(false);
    const line = await server.greet();
    expect(await line.rest()).toEqual([]);
  },
};

/** What a channel's listener makes of such data. */
async function hears(stage: Stage, data: readonly unknown[]): Promise<unknown[]> {
  const [client, line] = await connected(stage);
  const heard = hear(await subscribed(client, line, "news"), "e");
  await say(line, data, "news");
  return heard.map(([first]) => first);
}

async function say(line: Line, data: readonly unknown[], channel?: string): Promise<void> {
  for (const each of data) line.sayText(JSON.stringify({ event: "e", channel, data: each }));
  await line.rest();
}
