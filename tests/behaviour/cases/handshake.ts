import { expect } from "vitest";
import { connected, hear, next, type Plays } from "../stage.ts";

export const handshake: Plays = {
  async "a first word without activity_timeout is a HandshakeError"({ client, server }) {
    const { connection } = client();
    const error = next(connection, "error");
    (await server.next()).say("pusher:connection_established", { socket_id: "1.1" });
    expect(await error).toEqual({ type: "HandshakeError", error: "No activity timeout specified in handshake" });
    expect(connection.state).toBe("connecting");
  },

  async "a first word that is no welcome is a HandshakeError"({ client, server }) {
    const { connection } = client();
    const error = next(connection, "error");
    (await server.next()).say("news", {});
    expect(await error).toEqual({ type: "HandshakeError", error: "Invalid handshake" });
  },

  async "a first word that is no JSON is a HandshakeError"({ client, server }) {
    const { connection } = client();
    const error = next(connection, "error");
    (await server.next()).sayText("nonsense");
    expect(await error).toEqual({
      type: "HandshakeError",
      error: { type: "MessageParseError", error: expect.any(SyntaxError), data: "nonsense" },
    });
  },

  async "after a HandshakeError the client closes the connection"({ client, server }) {
    client();
    const line = await server.next();
    line.sayText("nonsense");
    await line.gone;
  },

  async "after a HandshakeError the client does not try again by itself"({ client, server }) {
    const { connection } = client({ unavailableTimeout: 2500 });
    const line = await server.next();
    line.sayText("nonsense");
    await line.gone;
    await next(connection, "unavailable");
    expect(server.connections).toBe(1);
  },

  async "the socket id may come in data that is an object"({ client, server }) {
    const { connection } = client();
    const done = next(connection, "connected");
    const data = { socket_id: "7.7", activity_timeout: 120 };
    (await server.next()).sayText(JSON.stringify({ event: "pusher:connection_established", data }));
    expect(await done).toEqual({ socket_id: "7.7" });
  },

  async "a code of refusal before the welcome is told by one error of the socket, and the client is disconnected"(
    stage,
  ) {
    const { connection } = stage.client();
    const errors = hear(connection, "error");
    const gone = next(connection, "disconnected");
    (await stage.server.next()).close(4001, "no such app");
    await gone;
    const error = { type: "PusherError", data: { code: 4001, message: "no such app" } };
    expect(errors).toEqual([[{ type: "WebSocketError", error }]]);
  },

  async "a pusher:error before the welcome is as a code of the same number"(stage) {
    const { connection } = stage.client();
    const errors = hear(connection, "error");
    const gone = next(connection, "disconnected");
    const line = await stage.server.next();
    line.sayText('{"event":"pusher:error","data":{"code":4001,"message":"no such app"}}');
    await gone;
    await line.gone;
    const error = { type: "PusherError", data: { code: 4001, message: "no such app" } };
    expect(errors).toEqual([[{ type: "WebSocketError", error }]]);
  },

  async "a 4200 before the welcome brings the client back at once"({ client, server }) {
    const { connection } = client();
    (await server.next()).close(4200);
    const start = Date.now();
    const done = next(connection, "connected");
    await server.greet();
    await done;
    expect(Date.now() - start).toBeLessThan(500);
  },

  async "a 4100 before the welcome brings the client back in a second or more"({ client, server }) {
    const { connection } = client();
    const errors = hear(connection, "error");
    (await server.next()).close(4100, "full");
    const start = Date.now();
    const done = next(connection, "connected");
    await server.greet();
    await done;
    expect(Date.now() - start).toBeGreaterThan(900);
    const error = { type: "PusherError", data: { code: 4100, message: "full" } };
    expect(errors).toEqual([[{ type: "WebSocketError", error }]]);
  },

  async "the welcome is no message"({ client, server }) {
    const { connection } = client();
    const messages = hear(connection, "message");
    const done = next(connection, "connected");
    const line = await server.greet();
    await done;
    await line.rest();
    expect(messages).toEqual([[expect.objectContaining({ event: "pusher:ping" })]]);
  },

  async "the client says nothing before there is something to say"(stage) {
    const [, line] = await connected(stage);
    expect(await line.rest()).toEqual([]);
  },
};
