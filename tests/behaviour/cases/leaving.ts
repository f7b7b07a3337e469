import { expect } from "vitest";
import { connected, hear, next, type Plays, subscribed } from "../stage.ts";

export const leaving: Plays = {
  async "unsubscribe says the channel, and forgets it"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    client.unsubscribe("news");
    expect(JSON.stringify(await line.next())).toBe('{"event":"pusher:unsubscribe","data":{"channel":"news"}}');
    expect(client.channel("news")).toBeUndefined();
    expect(channel.subscribed).toBe(false);
  },

  async "unsubscribe from what nobody has subscribed to says nothing"(stage) {
    const [client, line] = await connected(stage);
    client.unsubscribe("news");
    expect(await line.rest()).toEqual([]);
  },

  async "after unsubscribe the channel's listeners hear no more"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(await subscribed(client, line, "news"), "e");
    client.unsubscribe("news");
    await line.next();
    line.say("e", {}, { channel: "news" });
    await line.rest();
    expect(heard).toEqual([]);
  },

  async "subscribe after unsubscribe makes a new channel, without the old listeners"(stage) {
    const [client, line] = await connected(stage);
    const old = await subscribed(client, line, "news");
    const heard = hear(old, "e");
    client.unsubscribe("news");
    await line.next();
    expect(await subscribed(client, line, "news")).not.toBe(old);
    line.say("e", {}, { channel: "news" });
    await line.rest();
    expect(heard).toEqual([]);
  },

  async "unsubscribe before there is a connection forgets the channel at once"({ client, server }) {
    const early = client();
    early.subscribe("news");
    early.unsubscribe("news");
    expect(early.channel("news")).toBeUndefined();
    expect(await (await server.greet()).rest()).toEqual([]);
  },

  async "unsubscribe while pending keeps the channel, cancelled, until the server has answered"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe("news");
    await line.next();
    client.unsubscribe("news");
    expect(await line.rest()).toEqual([]);
    expect(client.channel("news")).toBe(channel);
    expect(channel).toMatchObject({ subscriptionPending: true, subscriptionCancelled: true });

    const heard = hear(channel, "pusher:subscription_succeeded");
    line.say("pusher_internal:subscription_succeeded", {}, { channel: "news" });
    expect(await line.next()).toEqual({ event: "pusher:unsubscribe", data: { channel: "news" } });
    expect(client.channel("news")).toBeUndefined();
    expect(heard).toEqual([]);
  },

  async "subscribe after a cancelled one reinstates it, and says nothing"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe("news");
    await line.next();
    client.unsubscribe("news");
    expect(client.subscribe("news")).toBe(channel);
    expect(channel.subscriptionCancelled).toBe(false);
    const success = next(channel, "pusher:subscription_succeeded");
    line.say("pusher_internal:subscription_succeeded", {}, { channel: "news" });
    await success;
    expect(await line.rest()).toEqual([]);
  },

  async "disconnect() keeps the channels, no longer subscribed to"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    client.disconnect();
    expect(client.channel("news")).toBe(channel);
    expect(channel).toMatchObject({ subscribed: false, subscriptionPending: false });
  },

  async "every new connection subscribes to the channels again, in their order"(stage) {
    const [client, line] = await connected(stage);
    const names = ["c", "a", "b"];
    const all = [];
    for (const name of names) all.push(await subscribed(client, line, name));
    const successes = all.map((channel) => hear(channel, "pusher:subscription_succeeded"));
    line.close(4200);
    const second = await stage.server.greet();
    expect((await second.rest()).map(({ data }) => data.channel)).toEqual(names);
    for (const name of names) second.say("pusher_internal:subscription_succeeded", {}, { channel: name });
    await second.rest();
    expect(successes).toEqual([[[{}]], [[{}]], [[{}]]]);
    expect(client.allChannels()).toEqual(all);
  },

  async "between two connections the channels are not subscribed to"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    const connecting = next(client.connection, "connecting");
    line.close(4200);
    await connecting;
    expect(channel).toMatchObject({ subscribed: false, subscriptionPending: false });
  },

  async "connect() after disconnect() subscribes to the channels again, and the listeners are still there"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(await subscribed(client, line, "news"), "e");
    client.disconnect();
    client.connect();
    const second = await stage.server.greet();
    expect(await second.next()).toMatchObject({ event: "pusher:subscribe", data: { channel: "news" } });
    second.say("e", { n: 1 }, { channel: "news" });
    await second.rest();
    expect(heard).toEqual([[{ n: 1 }, {}]]);
  },

  async "a channel that was left while there was no connection is not subscribed to again"(stage) {
    const [client, line] = await connected(stage);
    await subscribed(client, line, "news");
    client.disconnect();
    client.unsubscribe("news");
    client.connect();
    expect(await (await stage.server.greet()).rest()).toEqual([]);
  },

  async "a cancelled subscription whose connection was lost is asked for again"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe("news");
    await line.next();
    client.unsubscribe("news");
    line.close(4200);
    const second = await stage.server.greet();
    expect((await second.rest()).map(({ data }) => data.channel)).toEqual(["news"]);
    expect(channel.subscriptionCancelled).toBe(false);
  },

  async "unbind_all() of a channel unbinds its listeners, and the channel stays subscribed to"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    const heard = hear(channel, "e");
    channel.unbind_all();
    line.say("e", {}, { channel: "news" });
    await line.rest();
    expect(heard).toEqual([]);
    expect(channel.subscribed).toBe(true);
  },
};
