import { expect } from "vitest";
import type { Plays } from "../cast.ts";
import { type Done, fresh, hear, next, settled, subscribed } from "../stage.ts";

export const channels: Plays = {
  async "a public channel carries events of every shape"({ client, backend }) {
    const reader = client();
    const heard = hear(await subscribed(reader, "news"), "headline");
    for (const data of [{ a: [1, "ż", null] }, "plain text", 7, [], "{}"])
      await backend.trigger("news", "headline", data);
    await settled(backend, reader);
    expect(heard).toEqual([{ a: [1, "ż", null] }, "plain text", 7, [], {}]);
  },

  async "a client that has unsubscribed hears nothing more"({ client, backend }) {
    const reader = client();
    const heard = hear(await subscribed(reader, "news"), "headline");
    reader.unsubscribe("news");
    await settled(backend, reader);
    await backend.trigger("news", "headline", {});
    await settled(backend, reader);
    expect(heard).toEqual([]);
  },

  async "a private channel opens to whom the backend lets in"({ client, backend }) {
    const channel = await subscribed(client("ann"), "private-room");
    const event = next(channel, "e");
    await backend.trigger("private-room", "e", { a: 1 });
    expect(await event).toEqual({ a: 1 });
  },

  async "a private channel stays closed to whom the backend refuses"({ client }) {
    const channel = client("ann").subscribe("private-secret");
    expect(await next(channel, "pusher:subscription_error")).toMatchObject({ type: "AuthError", status: 403 });
    expect(channel.subscribed).toBe(false);
  },

  async "a private channel stays closed to a wrong signature, and the connection stays open"({ client, backend }) {
    const forged = { auth: `app-key:${"0".repeat(64)}` };
    const forger = client("ann", {
      channelAuthorization: { customHandler: (_: unknown, done: Done) => done(null, forged) },
    });
    const channel = forger.subscribe("private-room");
    expect(await next(channel, "pusher:subscription_error")).toMatchObject({ type: "AuthError", status: 401 });
    await settled(backend, forger);
    expect(forger.connection.state).toBe("connected");
  },

  async "the subscribers of a channel are told how many they are"({ client }) {
    const name = fresh("news-");
    const [ann, bob] = [client(), client()];
    const channel = ann.subscribe(name);
    expect(await next(channel, count)).toEqual({ subscription_count: 1 });
    expect(channel.subscriptionCount).toBe(1);

    const other = bob.subscribe(name);
    expect(await Promise.all([next(channel, count), next(other, count)])).toEqual([
      { subscription_count: 2 },
      { subscription_count: 2 },
    ]);
    expect([channel.subscriptionCount, other.subscriptionCount]).toEqual([2, 2]);

    bob.unsubscribe(name);
    expect(await next(channel, count)).toEqual({ subscription_count: 1 });
  },

  async "the members of a presence channel are not told how many subscribe to it"({ client }) {
    const ann = client("ann");
    const counts = hear(await subscribed(ann, fresh("presence-")), count);
    await next(ann.subscribe(fresh("private-")), count); // which comes after those of channels that changed before
    expect(counts).toEqual([]);
  },
};

const count = "pusher:subscription_count";
