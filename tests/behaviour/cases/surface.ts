import { expect } from "vitest";
import { connected, hear, next, type Plays, subscribed } from "../stage.ts";

/** What apps and tools reach for beside the documented calls. */
export const surface: Plays = {
  async "isReady is true, and ready() connects those that are not"(stage) {
    const { Client } = stage as unknown as { Client: { isReady: boolean; instances: object[]; ready(): void } };
    expect(Client.isReady).toBe(true);
    Client.instances.splice(0); // those of other cases would all connect
    const [{ connection }] = await connected(stage);
    connection.disconnect();
    const done = next(connection, "connected");
    Client.ready();
    await stage.server.greet();
    await done;
  },

  async "Runtime makes requests"({ Client }) {
    const { Runtime } = Client as unknown as { Runtime: { createXHR(): object } };
    expect(Runtime.createXHR()).toHaveProperty("open");
  },

  async "sessionID is a number"({ client }) {
    expect(client().sessionID).toBeTypeOf("number");
  },

  async "global_emitter is where the client's listeners are bound"(stage) {
    const [client] = await connected(stage);
    const heard = hear(client, "e");
    client.global_emitter.emit("e", { n: 1 });
    expect(heard).toEqual([[{ n: 1 }]]);
  },

  async "emit of a channel calls its listeners"(stage) {
    const [client] = await connected(stage);
    const channel = client.subscribe("news");
    const heard = hear(channel, "e");
    channel.emit("e", { n: 1 });
    expect(heard).toEqual([[{ n: 1 }]]);
  },

  async "authorize of a private channel asks the endpoint for any socket"(stage) {
    const [client] = await connected(stage);
    const channel = client.subscribe("private-room");
    await stage.endpoint.next();
    const signed = new Promise((resolve) => channel.authorize("7.7", (...answer) => resolve(answer)));
    const request = await stage.endpoint.next();
    expect(request.body).toBe("socket_id=7.7&channel_name=private-room");
    request.answer(200, { auth: "app-key:signature" });
    expect(await signed).toEqual([null, { auth: "app-key:signature" }]);
  },

  async "authorize of a public channel answers at once, with an empty auth"(stage) {
    const [client] = await connected(stage);
    const answers: unknown[][] = [];
    client.subscribe("news").authorize("7.7", (...answer) => answers.push(answer));
    expect(answers).toEqual([[null, { auth: "" }]]);
  },

  async "handleEvent of a channel does as the server's event"(stage) {
    const [client] = await connected(stage);
    const channel = client.subscribe("news");
    const heard = hear(channel, "pusher:subscription_succeeded");
    channel.handleEvent({ event: "pusher_internal:subscription_succeeded", channel: "news", data: { n: 1 } });
    expect([heard, channel.subscribed]).toEqual([[[{ n: 1 }]], true]);
  },

  async "usingTLS and key of the connection say what it is made with"({ client }) {
    expect(client().connection).toMatchObject({ usingTLS: false, key: "app-key" });
  },

  async "the low-level connection knows the socket id, and is null without one"(stage) {
    const [{ connection }] = await connected(stage);
    expect(connection.connection).toMatchObject({ id: "1.1" });
    connection.disconnect();
    expect(connection.connection).toBeNull();
  },

  async "a listener of the connection is unbound by itself, as Echo does"(stage) {
    const [{ connection }] = await connected(stage);
    const heard: unknown[] = [];
    const listener = (said: unknown): void => void heard.push(said);
    for (const event of ["state_change", "disconnected"]) connection.bind(event, listener);
    for (const event of ["state_change", "disconnected"]) connection.unbind(event, listener);
    connection.disconnect();
    expect(heard).toEqual([]);
  },

  async "a channel is triggered through the record of channels, as Echo does"(stage) {
    const [client, line] = await connected(stage);
    await subscribed(client, line, "news");
    client.channels.channels["news"]?.trigger("client-typing", { n: 1 });
    expect(await line.next()).toEqual({ event: "client-typing", data: { n: 1 }, channel: "news" });
  },

  async "names of events may hold anything, as Echo's do"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    const names = ["App\\Events\\OrderShipped", ".client-typing", "a b", "é"];
    const heard = names.map((name) => hear(channel, name));
    for (const name of names) line.say(name, {}, { channel: "news" });
    await line.rest();
    expect(heard).toEqual(names.map(() => [[{}, {}]]));
  },
};
