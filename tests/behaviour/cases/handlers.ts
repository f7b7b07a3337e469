import { expect } from "vitest";
import { connected, next, type Plays, type Stage } from "../stage.ts";

const room = "private-room";

/** What a handler that stands in the place of an endpoint answers with. */
type Done = (error: unknown, signed: object | null) => void;

export const handlers: Plays = {
  async "a customHandler is asked instead of the endpoint, with socket and channel"(stage) {
    const asked: unknown[] = [];
    const [client, line] = await connected(stage, {
      channelAuthorization: {
        customHandler(params: unknown, done: Done) {
          asked.push(params);
          done(null, { auth: "app-key:handled", channel_data: "{}" });
        },
      },
    });
    client.subscribe(room);
    expect((await line.next()).data).toEqual({ auth: "app-key:handled", channel_data: "{}", channel: room });
    expect(asked).toEqual([{ socketId: "1.1", channelName: room }]);
    expect(stage.endpoint.requests).toBe(0);
  },

  async "a customHandler may answer later"(stage) {
    const [client, line] = await connected(stage, {
      channelAuthorization: {
        customHandler: (_: unknown, done: Done) => void setTimeout(done, 20, null, { auth: "app-key:late" }),
      },
    });
    client.subscribe(room);
    expect((await line.next()).data).toEqual({ auth: "app-key:late", channel: room });
  },

  async "an error of a customHandler is told without a status"(stage) {
    const [client] = await connected(
      stage,
      handledBy((_, done) => void setTimeout(done, 0, new Error("no"), null)),
    );
    expect(await next(client.subscribe(room), "pusher:subscription_error")).toEqual({ type: "AuthError", error: "no" });
  },

  async "an error of a customHandler that is a string is told as an error without words"(stage) {
    const [client] = await connected(
      stage,
      handledBy((_, done) => void setTimeout(done, 0, "no", null)),
    );
    const said = await next(client.subscribe(room), "pusher:subscription_error");
    expect(said).toEqual({ type: "AuthError", error: undefined });
  },

  async "what a customHandler answers without auth goes to the server without it"(stage) {
    const [client, line] = await connected(
      stage,
      handledBy((_, done) => void setTimeout(done, 0, null, {})),
    );
    client.subscribe(room);
    expect(await line.next()).toEqual({ event: "pusher:subscribe", data: { channel: room } });
  },

  async "authEndpoint, auth.params and auth.headers lead to the endpoint"(stage) {
    const auth = { params: { a: 1 }, headers: { "X-Token": "t" } };
    const [client, line] = await connected(stage, deprecated(stage, { auth }));
    client.subscribe(room);
    const request = await stage.endpoint.next();
    expect(request).toMatchObject({ path: "/old", body: "socket_id=1.1&channel_name=private-room&a=1" });
    expect(request.headers["x-token"]).toBe("t");
    request.answer(200, { auth: "app-key:old" });
    expect((await line.next()).data).toEqual({ auth: "app-key:old", channel: room });
  },

  async "auth.headers are read at the request, so they may be changed late"(stage) {
    const headers: Record<string, string> = { "X-Token": "old" };
    const [client] = await connected(stage, deprecated(stage, { auth: { headers } }));
    headers["X-Token"] = "new";
    client.subscribe(room);
    expect((await stage.endpoint.next()).headers["x-token"]).toBe("new");
  },

  async "an authTransport that nobody knows is refused"(stage) {
    expect(() => stage.client(deprecated(stage, { authTransport: "pigeon" }))).toThrow(
      "'pigeon' is not a recognized auth transport",
    );
  },

  async "channelAuthorization wins over authEndpoint and auth"(stage) {
    const auth = { params: { a: 1 }, headers: { "X-Token": "t" } };
    const [client] = await connected(stage, { authEndpoint: `${stage.endpoint.url}/old`, auth });
    client.subscribe(room);
    const request = await stage.endpoint.next();
    expect(request).toMatchObject({ path: "/channel", body: "socket_id=1.1&channel_name=private-room" });
    expect(request.headers["x-token"]).toBeUndefined();
  },

  async "an authorizer is asked for each channel, and knows the channel and the options"(stage) {
    const asked: unknown[][] = [];
    const auth = { params: { a: 1 }, headers: { h: "1" } };
    const authorizer = (...args: unknown[]) => ({
      authorize(socketId: string, done: Done) {
        asked.push([...args, socketId]);
        done(null, { auth: "app-key:authorizer" });
      },
    });
    const [client, line] = await connected(stage, deprecated(stage, { auth, authorizer }));
    const channel = client.subscribe(room);
    expect((await line.next()).data).toEqual({ auth: "app-key:authorizer", channel: room });
    const options = { authTransport: "ajax", authEndpoint: `${stage.endpoint.url}/old`, auth };
    expect(asked).toEqual([[channel, options, "1.1"]]);
  },

  async "an error of an authorizer is told without a status"(stage) {
    const authorizer = () => ({
      authorize: (_: string, done: Done) => void setTimeout(done, 0, new Error("no"), null),
    });
    const [client] = await connected(stage, deprecated(stage, { authorizer }));
    expect(await next(client.subscribe(room), "pusher:subscription_error")).toEqual({ type: "AuthError", error: "no" });
  },

  async "channelAuthorization wins over an authorizer"(stage) {
    const authorizer = () => ({ authorize: (_: string, done: Done) => done(new Error("asked"), null) });
    const [client] = await connected(stage, { authorizer });
    client.subscribe(room);
    expect((await stage.endpoint.next()).path).toBe("/channel");
  },
};

function handledBy(customHandler: (params: unknown, done: Done) => void): object {
  return { channelAuthorization: { customHandler } };
}

/** Options as they were before channelAuthorization. */
function deprecated({ endpoint }: Stage, options: object): object {
  return { channelAuthorization: undefined, authEndpoint: `${endpoint.url}/old`, ...options };
}
