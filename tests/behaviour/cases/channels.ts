import { expect } from "vitest";
import { connected, hear, next, type Plays, subscribed } from "../stage.ts";

export const channels: Plays = {
  async "subscribe says channel and auth, and returns a channel that is pending"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe("news");
    expect(channel).toMatchObject({ name: "news", subscribed: false, subscriptionPending: true });
    expect(await line.next()).toEqual({ event: "pusher:subscribe", data: { auth: "", channel: "news" } });
  },

  async "subscribe writes auth before channel, byte for byte"(stage) {
    const [client, line] = await connected(stage);
    client.subscribe("news");
    expect(JSON.stringify(await line.next())).toBe('{"event":"pusher:subscribe","data":{"auth":"","channel":"news"}}');
  },

  async "a channel that is subscribed to says so, and tells its data"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe("news");
    await line.next();
    const heard = hear(channel, "pusher:subscription_succeeded");
    line.say("pusher_internal:subscription_succeeded", { n: 1 }, { channel: "news" });
    await line.rest();
    expect(heard).toEqual([[{ n: 1 }]]);
    expect(channel).toMatchObject({ subscribed: true, subscriptionPending: false });
  },

  async "subscribe twice says so once, and returns the same channel"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe("news");
    expect(client.subscribe("news")).toBe(channel);
    await line.next();
    line.say("pusher_internal:subscription_succeeded", {}, { channel: "news" });
    expect(await line.rest()).toEqual([]);
    expect(client.subscribe("news")).toBe(channel);
    expect(await line.rest()).toEqual([]);
  },

  async "subscribe before there is a connection says nothing until there is one"({ client, server }) {
    const early = client();
    const channel = early.subscribe("news");
    expect(channel.subscriptionPending).toBe(false);
    const line = await server.greet();
    expect(await line.next()).toMatchObject({ data: { channel: "news" } });
    expect(channel.subscriptionPending).toBe(true);
  },

  async "channels are subscribed to in the order in which they were asked for"({ client, server }) {
    const early = client();
    for (const name of ["c", "a", "b"]) early.subscribe(name);
    const line = await server.greet();
    expect((await line.rest()).map(({ data }) => data.channel)).toEqual(["c", "a", "b"]);
  },

  async "an event of a channel is told with data and empty metadata"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(await subscribed(client, line, "news"), "e");
    line.say("e", { n: 1 }, { channel: "news" });
    line.say("e", { n: 2 }, { channel: "other" });
    await line.rest();
    expect(heard).toEqual([[{ n: 1 }, {}]]);
  },

  async "metadata says no user_id but in a presence channel"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(await subscribed(client, line, "news"), "e");
    line.say("e", {}, { channel: "news", user_id: "ann" });
    await line.rest();
    expect(heard).toEqual([[{}, {}]]);
  },

  async "global listeners of a channel hear name and data, also of pusher: events"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe("news");
    await line.next();
    const heard: unknown[][] = [];
    channel.bind_global((...args: unknown[]) => heard.push(args));
    line.say("pusher_internal:subscription_succeeded", {}, { channel: "news" });
    line.say("pusher_internal:something", {}, { channel: "news" });
    line.say("e", { n: 1 }, { channel: "news" });
    await line.rest();
    expect(heard).toEqual([
      ["pusher:subscription_succeeded", {}],
      ["e", { n: 1 }],
    ]);
  },

  async "an event of a channel that is still pending is told"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(client.subscribe("news"), "e");
    line.say("e", { n: 1 }, { channel: "news" });
    await line.rest();
    expect(heard).toEqual([[{ n: 1 }, {}]]);
  },

  async "pusher:cache_miss is told as any other event"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(await subscribed(client, line, "cache-news"), "pusher:cache_miss");
    line.sayText('{"event":"pusher:cache_miss","channel":"cache-news"}');
    await line.rest();
    expect(heard).toEqual([[undefined, {}]]);
  },

  async "a count of subscriptions is told, and kept on the channel"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    expect(channel.subscriptionCount).toBeUndefined();
    const heard = hear(channel, "pusher:subscription_count");
    line.say("pusher_internal:subscription_count", { subscription_count: 3 }, { channel: "news" });
    await line.rest();
    expect(heard).toEqual([[{ subscription_count: 3 }]]);
    expect(channel.subscriptionCount).toBe(3);
  },

  async "a pusher:subscription_error of the server is told, with metadata"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(client.subscribe("news"), "pusher:subscription_error");
    const data = { type: "AuthError", error: "no", status: 403 };
    line.say("pusher:subscription_error", data, { channel: "news" });
    await line.rest();
    expect(heard).toEqual([[data, {}]]);
  },

  async "after a pusher:subscription_error of the server the channel stays pending"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe("news");
    line.say("pusher:subscription_error", { type: "AuthError", error: "no" }, { channel: "news" });
    await line.rest();
    expect(channel).toMatchObject({ subscribed: false, subscriptionPending: true });
  },

  async "channel() finds a channel, and allChannels() finds them all"(stage) {
    const [client] = await connected(stage);
    expect(client.channel("news")).toBeUndefined();
    expect(client.allChannels()).toEqual([]);
    const [news, chat] = [client.subscribe("news"), client.subscribe("chat")];
    expect(client.channel("news")).toBe(news);
    expect(client.allChannels()).toEqual([news, chat]);
  },

  async "channels.channels is a record of them by name"(stage) {
    const [client] = await connected(stage);
    const news = client.subscribe("news");
    expect(client.channels.channels["news"]).toBe(news);
    expect(Object.keys(client.channels.channels)).toEqual(["news"]);
    client.subscribe("chat");
    client.unsubscribe("news");
    client.unsubscribe("chat");
    expect(Object.keys(client.channels.channels)).toEqual(["news", "chat"]);
  },

  async "the channels are found by all() and find() of channels, too"(stage) {
    const [client] = await connected(stage);
    const news = client.subscribe("news");
    expect(client.channels.find("news")).toBe(news);
    expect(client.channels.all()).toEqual([news]);
  },

  async "a channel knows its client"(stage) {
    const [client] = await connected(stage);
    expect(client.subscribe("news").pusher).toBe(client);
  },

  async "a name that begins with # is refused"(stage) {
    const [client] = await connected(stage);
    expect(() => client.subscribe("#server-to-user-ann")).toThrow(
      'Cannot create a channel with name "#server-to-user-ann".',
    );
    expect(client.allChannels()).toEqual([]);
  },

  async "a channel that is called as a member of every object is cannot be subscribed to"(stage) {
    const [client] = await connected(stage);
    expect(() => client.subscribe("toString")).toThrow(TypeError);
  },

  async "subscribeAll() subscribes to those that are not subscribed to"(stage) {
    const [client, line] = await connected(stage);
    await subscribed(client, line, "news");
    client.subscribeAll();
    expect(await line.rest()).toEqual([]);
  },

  async "the channel's own subscribe() asks again until it is subscribed to"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe("news");
    await line.next();
    channel.subscribe();
    expect(await line.next()).toMatchObject({ event: "pusher:subscribe", data: { channel: "news" } });
    const success = next(channel, "pusher:subscription_succeeded");
    line.say("pusher_internal:subscription_succeeded", {}, { channel: "news" });
    await success;
    channel.subscribe();
    expect(await line.rest()).toEqual([]);
  },
};
