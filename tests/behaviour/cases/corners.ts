import { expect } from "vitest";
import { connected, hear, next, type Plays, subscribed } from "../stage.ts";
import { authorizedBy } from "./authorization.ts";

/** Calls from within listeners, and what a server seldom says. */
export const corners: Plays = {
  async "a channel that is subscribed to twice over is told twice"(stage) {
    const [client, line] = await connected(stage);
    const heard = hear(await subscribed(client, line, "news"), "pusher:subscription_succeeded");
    line.say("pusher_internal:subscription_succeeded", { n: 2 }, { channel: "news" });
    await line.rest();
    expect(heard).toEqual([[{ n: 2 }]]);
  },

  async "a subscription without data is told with no argument"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe("news");
    const heard = hear(channel, "pusher:subscription_succeeded");
    line.sayText('{"event":"pusher_internal:subscription_succeeded","channel":"news"}');
    await line.rest();
    expect([heard, channel.subscribed]).toEqual([[[]], true]);
  },

  async "a count of 0 is told, and not kept"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    const heard = hear(channel, "pusher:subscription_count");
    for (const count of [2, 0]) {
      line.say("pusher_internal:subscription_count", { subscription_count: count }, { channel: "news" });
    }
    await line.rest();
    expect([heard.length, channel.subscriptionCount]).toEqual([2, 2]);
  },

  async "a listener may subscribe and unsubscribe"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    channel.bind("e", () => {
      client.unsubscribe("news");
      client.subscribe("chat");
    });
    line.say("e", {}, { channel: "news" });
    const said = await line.rest();
    expect(said.map(({ event, data }) => [event, data.channel])).toEqual([
      ["pusher:unsubscribe", "news"],
      ["pusher:subscribe", "chat"],
    ]);
  },

  async "disconnect() in a listener of connected ends the connection"({ client, server }) {
    const { connection } = client();
    connection.bind("connected", () => connection.disconnect());
    const line = await server.greet();
    await line.gone;
    expect(connection.state).toBe("disconnected");
  },

  async "connect() in a listener of disconnected connects anew"(stage) {
    const [{ connection }, line] = await connected(stage);
    const done = next(connection, "connected");
    connection.bind("disconnected", () => connection.connect());
    line.close(4009, "ended");
    await stage.server.greet();
    expect(await done).toEqual({ socket_id: "2.1" });
  },

  async "connect() while about to come back connects at once"(stage) {
    const [client, line] = await connected(stage);
    const soon = next(client.connection, "connecting_in");
    line.close(1000);
    await soon;
    const start = Date.now();
    const done = next(client.connection, "connected");
    client.connect();
    await stage.server.greet();
    await done;
    expect(Date.now() - start).toBeLessThan(500);
  },

  async "channelAuthorization needs no transport"(stage) {
    const [client] = await connected(stage, { channelAuthorization: { endpoint: `${stage.endpoint.url}/channel` } });
    client.subscribe("private-room");
    expect((await stage.endpoint.next()).path).toBe("/channel");
  },

  async "headers of userAuthentication are read at the request, so they may be changed late"(stage) {
    const headers = { "X-Token": "old" };
    const userAuthentication = { endpoint: `${stage.endpoint.url}/user`, transport: "ajax", headers };
    const [client] = await connected(stage, { userAuthentication });
    headers["X-Token"] = "new";
    client.signin();
    expect((await stage.endpoint.next()).headers["x-token"]).toBe("new");
  },

  async "signinDonePromise is a promise from signin() on"({ client }) {
    const early = client();
    early.signin();
    expect(early.user.signinDonePromise).toBeInstanceOf(Promise);
  },

  async "options that are objects may be frozen, and are not changed"(stage) {
    const headers = Object.freeze({ "X-Token": "t" });
    const [client] = await connected(stage, Object.freeze(authorizedBy(stage, { headers })));
    client.subscribe("private-room");
    expect((await stage.endpoint.next()).headers["x-token"]).toBe("t");
  },

  async "two clients of one app do not hear each other's events"(stage) {
    const [one, line] = await connected(stage);
    const [other, second] = await connected(stage);
    const heard = [hear(one, "e"), hear(other, "e")];
    line.say("e", { n: 1 });
    await Promise.all([line.rest(), second.rest()]);
    expect(heard).toEqual([[[{ n: 1 }]], []]);
  },
};
