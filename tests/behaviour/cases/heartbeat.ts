import { expect } from "vitest";
import { connected, hear, next, type Plays } from "../stage.ts";

export const heartbeat: Plays = {
  async "a ping of the server is answered"(stage) {
    const [, line] = await connected(stage);
    line.sayText('{"event":"pusher:ping","data":{}}');
    expect(JSON.stringify(await line.next())).toBe('{"event":"pusher:pong","data":{}}');
  },

  async "a ping without data is answered"(stage) {
    const [, line] = await connected(stage);
    line.sayText('{"event":"pusher:ping"}');
    expect(await line.next()).toEqual({ event: "pusher:pong", data: {} });
  },

  async "pings and pongs of the server are told as any other event"(stage) {
    const [client, line] = await connected(stage);
    const heard = [hear(client, "pusher:ping"), hear(client, "pusher:pong")];
    line.sayText('{"event":"pusher:pong","data":{}}');
    await line.rest();
    expect(heard).toEqual([[[{}]], [[{}]]]);
  },

  async "after a silence as long as activityTimeout the client pings"(stage) {
    const [, line] = await connected(stage, { activityTimeout: 50 });
    expect(JSON.stringify(await line.next())).toBe('{"event":"pusher:ping","data":{}}');
  },

  async "the server's activity_timeout counts where it is the shorter one"({ client, server }) {
    client({ activityTimeout: 100_000 });
    const line = await server.next();
    line.greet(0.05);
    expect(await line.next()).toEqual({ event: "pusher:ping", data: {} });
  },

  async "the client's activityTimeout counts where it is the shorter one"({ client, server }) {
    client({ activityTimeout: 50 });
    const line = await server.next();
    line.greet(100);
    expect(await line.next()).toEqual({ event: "pusher:ping", data: {} });
  },

  async "a ping that is answered is followed by another"(stage) {
    const [client, line] = await connected(stage, { activityTimeout: 50, pongTimeout: 1000 });
    const changes = hear(client.connection, "state_change");
    for (let round = 0; round < 5; round++) {
      expect(await line.next()).toEqual({ event: "pusher:ping", data: {} });
      line.say("pusher:pong");
    }
    expect(changes).toEqual([]);
  },

  async "any message is as good as a pong"(stage) {
    const [client, line] = await connected(stage, { activityTimeout: 50, pongTimeout: 1000 });
    const changes = hear(client.connection, "state_change");
    for (let round = 0; round < 5; round++) {
      expect(await line.next()).toEqual({ event: "pusher:ping", data: {} });
      line.say("e");
    }
    expect(changes).toEqual([]);
  },

  async "where no pong comes within pongTimeout the client connects anew at once"(stage) {
    const [client, line] = await connected(stage, { activityTimeout: 50, pongTimeout: 50 });
    const changes = hear(client.connection, "state_change");
    await line.next();
    const pinged = Date.now();
    const back = next(client.connection, "connected");
    await stage.server.greet();
    expect(await back).toEqual({ socket_id: "2.1" });
    expect(Date.now() - pinged).toBeLessThan(700);
    expect(changes).toEqual([
      [{ previous: "connected", current: "connecting" }],
      [{ previous: "connecting", current: "connected" }],
    ]);
  },

  async "a connection that was given up is closed"(stage) {
    const [, line] = await connected(stage, { activityTimeout: 50, pongTimeout: 50 });
    await line.gone;
  },

  async "a connection that was given up for want of a pong is no error"(stage) {
    const [client] = await connected(stage, { activityTimeout: 50, pongTimeout: 50 });
    const errors = hear(client.connection, "error");
    await next(client.connection, "connecting");
    expect(errors).toEqual([]);
  },

  async "after disconnect() the client pings no more"(stage) {
    const [client, line] = await connected(stage, { activityTimeout: 50, pongTimeout: 50 });
    client.disconnect();
    await line.gone;
    const [, other] = await connected(stage, { activityTimeout: 200 });
    await other.next();
    expect([client.connection.state, stage.server.connections]).toEqual(["disconnected", 2]);
  },
};
