import { expect } from "vitest";
import { connected, type Plays, subscribed } from "../stage.ts";

export const clientEvents: Plays = {
  async "trigger says event, data and channel in this order, and returns true"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    expect(channel.trigger("client-typing", { n: 1 })).toBe(true);
    expect(JSON.stringify(await line.next())).toBe('{"event":"client-typing","data":{"n":1},"channel":"news"}');
  },

  async "trigger says data of any kind as it is"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    for (const data of ["text", 5, null, [1]]) {
      channel.trigger("client-typing", data);
      expect((await line.next()).data).toEqual(data);
    }
    channel.trigger("client-typing", undefined);
    expect(await line.next()).toEqual({ event: "client-typing", channel: "news" });
  },

  async "trigger of an event that is no client- event throws"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    expect(() => channel.trigger("typing", {})).toThrow("Event 'typing' does not start with 'client-'");
    expect(await line.rest()).toEqual([]);
  },

  async "trigger before the channel is subscribed to says it all the same"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe("news");
    await line.next();
    expect(channel.trigger("client-typing", {})).toBe(true);
    expect(await line.next()).toEqual({ event: "client-typing", data: {}, channel: "news" });
  },

  async "trigger without a connection returns false"({ client }) {
    expect(client().subscribe("news").trigger("client-typing", {})).toBe(false);
  },
};
