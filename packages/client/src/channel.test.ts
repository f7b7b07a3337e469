import { describe, expect, it, vi } from "vitest";
import type { ChannelAuthorizationCallback } from "./authorize.ts";
import { connected, heard, open } from "./testing/dialogue.ts";

const subscribe = (channel: string): unknown => ({ event: "pusher:subscribe", data: { auth: "", channel } });
const unsubscribe = (channel: string): unknown => ({ event: "pusher:unsubscribe", data: { channel } });
const succeeded = "pusher_internal:subscription_succeeded";

describe("a public channel", () => {
  it("is asked for with an empty signature, and tells when it is there", async () => {
    const { client, peer } = await connected();
    const channel = client.subscribe("news");
    expect(channel).toMatchObject({ name: "news", subscribed: false, subscriptionPending: true });
    expect(await peer.next()).toEqual(subscribe("news"));
    peer.send(succeeded, "{}", "news");
    expect(await heard(channel, "pusher:subscription_succeeded")).toEqual({});
    expect(channel).toMatchObject({ subscribed: true, subscriptionPending: false });
    expect(client.channel("news")).toBe(channel);
    expect(client.subscribe("news")).toBe(channel);
    expect(client.channels.channels).toEqual({ news: channel });
    await peer.settled();
  });

  it("waits for the connection, and is asked for again on every later one", async () => {
    const { client, server } = await open();
    const channel = client.subscribe("news");
    const first = (await server.accept()).greet();
    expect(await first.next()).toEqual(subscribe("news"));
    first.send(succeeded, "{}", "news").close(4200);
    await heard(client.connection, "connecting");
    expect(channel.subscribed).toBe(false);
    const second = (await server.accept()).greet("2.2");
    expect(await second.next()).toEqual(subscribe("news"));
  });

  it("hands events with metadata to its listeners, and with data only to the client's", async () => {
    const { client, peer } = await connected();
    const onChannel = vi.fn();
    const onClient = vi.fn();
    client.subscribe("news").bind_global(onChannel).bind("flash", onChannel);
    client.bind_global(onClient);
    await peer.next();
    peer
      .send("flash", '{"n":1}', "news")
      .send("flash", "plain text", "other")
      .send("pusher_internal:secret", "{}", "news");
    await peer.settled();
    expect(onChannel.mock.calls).toEqual([
      ["flash", { n: 1 }],
      [{ n: 1 }, {}],
    ]);
    expect(onClient.mock.calls).toEqual([
      ["flash", { n: 1 }],
      ["flash", "plain text"],
      ["pusher:ping", {}],
    ]);
  });

  it("knows how many subscribe, where the server tells", async () => {
    const { client, peer } = await connected();
    const channel = client.subscribe("news");
    peer.send("pusher_internal:subscription_count", '{"subscription_count":12}', "news");
    expect(await heard(channel, "pusher:subscription_count")).toEqual({ subscription_count: 12 });
    expect(channel.subscriptionCount).toBe(12);
  });

  it("can be tried again after the server has refused it", async () => {
    const { client, peer } = await connected();
    const channel = client.subscribe("news");
    await peer.next();
    const data = { type: "LimitReached", error: "Full", status: 403 };
    peer.send("pusher:subscription_error", data, "news");
    expect(await heard(channel, "pusher:subscription_error")).toEqual(data);
    expect(channel.subscriptionPending).toBe(false);
    client.subscribe("news");
    expect(await peer.next()).toEqual(subscribe("news"));
  });
});

describe("unsubscribing", () => {
  it("tells the server, and the next channel of the name is a new one", async () => {
    const { client, peer } = await connected();
    const channel = client.subscribe("news");
    await peer.next();
    peer.send(succeeded, "{}", "news");
    await heard(channel, "pusher:subscription_succeeded");
    client.unsubscribe("news");
    expect(await peer.next()).toEqual(unsubscribe("news"));
    expect(client.channel("news")).toBeUndefined();
    expect(client.subscribe("news")).not.toBe(channel);
  });

  it("while pending ends the subscription when it is there", async () => {
    const { client, peer } = await connected();
    const success = vi.fn();
    const channel = client.subscribe("news").bind("pusher:subscription_succeeded", success);
    await peer.next();
    client.unsubscribe("news");
    expect(channel.subscriptionCancelled).toBe(true);
    expect(client.channel("news")).toBe(channel);
    peer.send(succeeded, "{}", "news");
    expect(await peer.next()).toEqual(unsubscribe("news"));
    expect(client.channel("news")).toBeUndefined();
    expect(success).not.toHaveBeenCalled();
  });

  it("while pending is taken back by subscribing, without another frame", async () => {
    const { client, peer } = await connected();
    const channel = client.subscribe("news");
    await peer.next();
    client.unsubscribe("news");
    expect(client.subscribe("news")).toBe(channel);
    peer.send(succeeded, "{}", "news");
    await heard(channel, "pusher:subscription_succeeded");
    await peer.settled();
    expect(channel.subscribed).toBe(true);
  });

  it("while pending holds when the connection goes before the answer", async () => {
    const { client, server, peer } = await connected();
    client.subscribe("news");
    await peer.next();
    client.unsubscribe("news");
    peer.close(4200);
    const next = (await server.accept()).greet("2.2");
    await heard(client.connection, "connected");
    await next.settled();
    expect(client.allChannels()).toEqual([]);
  });

  it("while a signature is awaited sends nothing at all", async () => {
    const callbacks: ChannelAuthorizationCallback[] = [];
    const { client, peer } = await connected({
      channelAuthorization: { customHandler: (_, callback) => void callbacks.push(callback) },
    });
    client.subscribe("private-x");
    client.unsubscribe("private-x");
    expect(client.channel("private-x")).toBeDefined();
    callbacks[0]?.(null, { auth: "app-key:00" });
    await peer.settled();
    expect(client.channel("private-x")).toBeUndefined();
  });

  it("from an unknown channel does nothing", async () => {
    const { client, peer } = await connected();
    client.unsubscribe("news");
    await peer.settled();
  });
});

describe("a private channel", () => {
  it("asks the app's server for a signature, and shows all of it to the Usher server", async () => {
    const { client, endpoint, peer } = await connected();
    client.subscribe("private-x");
    const request = await endpoint.next();
    expect(request.body).toBe("socket_id=1.1&channel_name=private-x");
    request.json({ auth: "app-key:00", channel_data: '{"a":1}' });
    expect(await peer.next()).toEqual({
      event: "pusher:subscribe",
      data: { auth: "app-key:00", channel_data: '{"a":1}', channel: "private-x" },
    });
  });

  it("tells why there was no signature, and can be tried again", async () => {
    const { client, endpoint, peer } = await connected();
    const channel = client.subscribe("private-x");
    (await endpoint.next()).answer(403, "");
    const message = `Unable to retrieve auth string from channel-authorization endpoint - received status: 403 from ${endpoint.url}`;
    expect(await heard(channel, "pusher:subscription_error")).toEqual({
      type: "AuthError",
      error: message,
      status: 403,
    });
    expect(channel.subscriptionPending).toBe(false);
    channel.subscribe();
    (await endpoint.next()).json({ auth: "app-key:00" });
    expect(await peer.next()).toMatchObject({ event: "pusher:subscribe" });
  });

  it("drops the signature, and the failure, for a connection that is gone", async () => {
    const callbacks: ChannelAuthorizationCallback[] = [];
    const { client, server, peer } = await connected({
      channelAuthorization: { customHandler: (_, callback) => void callbacks.push(callback) },
    });
    const failed = vi.fn();
    client.subscribe("private-x").bind("pusher:subscription_error", failed);
    client.subscribe("private-y").bind("pusher:subscription_error", failed);
    peer.close(4200);
    const next = (await server.accept()).greet("2.2");
    await heard(client.connection, "connected");
    expect(callbacks).toHaveLength(4);
    callbacks[0]?.(null, { auth: "stale" });
    callbacks[1]?.(new Error("stale"), null);
    callbacks[2]?.(null, { auth: "fresh" });
    expect(await next.next()).toMatchObject({ data: { auth: "fresh", channel: "private-x" } });
    await next.settled();
    expect(failed).not.toHaveBeenCalled();
  });

  it("gives its request up when the connection goes", async () => {
    const { client, endpoint } = await connected();
    client.subscribe("private-x");
    const request = await endpoint.next();
    client.disconnect();
    await request.abandoned;
  });
});

describe("client events", () => {
  it("are sent as they are", async () => {
    const { client, peer } = await connected();
    const channel = client.subscribe("news");
    await peer.next();
    expect(channel.trigger("client-typing", { on: true })).toBe(true);
    expect(await peer.next()).toEqual({ event: "client-typing", data: { on: true }, channel: "news" });
  });

  it("must have their prefix", async () => {
    const { client } = await connected();
    expect(() => client.subscribe("news").trigger("typing", {})).toThrow(
      "Event 'typing' does not start with 'client-'",
    );
  });

  it("are not sent without a connection", async () => {
    const { client } = await open();
    expect(client.subscribe("news").trigger("client-typing", {})).toBe(false);
  });
});

describe("names", () => {
  it.each(["#server-to-user-ann", "#x", "", "a b"])("refuses %j", async (name) => {
    const { client } = await open();
    expect(() => client.subscribe(name)).toThrow(`Cannot create a channel with name "${name}".`);
  });

  it("refuses encrypted channels, for their events could not be read", async () => {
    const { client } = await open();
    expect(() => client.subscribe("private-encrypted-x")).toThrow("no nacl implementation available");
  });

  it.each(["constructor", "__proto__"])("takes %s for any other", async (name) => {
    const { client } = await open();
    expect(client.channel(name)).toBeUndefined();
    expect(client.subscribe(name)).toBe(client.channel(name));
  });
});
