import { setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import { authorizedBy } from "../cases/authorization.ts";
import { presenceOf } from "../cases/presence.ts";
import { connected, hear, next, subscribed } from "../stage.ts";
import type { Deviations } from "./deviation.ts";

const room = "private-room";
const lobby = "presence-lobby";

/** Where we meant to differ in channels and their authorization. */
export const channels: Deviations = {
  "a provider's promise is not waited for: its params are missing": {
    why: "providers may be async",
    async ours(stage) {
      const [client] = await connected(stage, authorizedBy(stage, { paramsProvider: async () => ({ a: 1 }) }));
      client.subscribe(room);
      expect((await stage.endpoint.next()).body).toBe("socket_id=1.1&channel_name=private-room&a=1");
    },
  },
  "a header of both headers and headersProvider has both values": {
    why: "that of headersProvider wins",
    async ours(stage) {
      const given = { headers: { "X-One": "1" }, headersProvider: () => ({ "X-One": "2" }) };
      const [client] = await connected(stage, authorizedBy(stage, given));
      client.subscribe(room);
      expect((await stage.endpoint.next()).headers["x-one"]).toBe("2");
    },
  },
  "an answer that is no JSON is told in these words": {
    why: "the words name the endpoint, too",
    async ours(stage) {
      const [client] = await connected(stage);
      const error = next(client.subscribe(room), "pusher:subscription_error");
      (await stage.endpoint.next()).answer(200, "nonsense");
      expect((await error).error).toContain(`${stage.endpoint.url}/channel`);
    },
  },
  "201 is a refusal, too": {
    why: "every 2xx status is a success",
    async ours(stage) {
      const [client, line] = await connected(stage);
      client.subscribe(room);
      (await stage.endpoint.next()).answer(201, { auth: "app-key:signature" });
      expect((await line.next()).data).toEqual({ auth: "app-key:signature", channel: room });
    },
  },
  "a signature for a connection that is gone is said on the next one": {
    why: "it is dropped: the server would refuse it",
    async ours(stage) {
      const [client, line] = await connected(stage);
      client.subscribe(room);
      const first = await stage.endpoint.next();
      line.close(4200);
      const second = await stage.server.greet();
      const request = await stage.endpoint.next();
      first.answer(200, { auth: "app-key:first" });
      await setTimeout(50); // the answer is on its way
      request.answer(200, { auth: "app-key:second" });
      expect((await second.next()).data.auth).toBe("app-key:second");
    },
  },
  "an error of a customHandler that is a string is told as an error without words": {
    why: "errors say what is wrong: the string is the words",
    async ours(stage) {
      const customHandler = (_: unknown, done: (error: string, signed: null) => void) =>
        void setTimeout(0).then(() => done("no", null));
      const [client] = await connected(stage, { channelAuthorization: { customHandler } });
      expect(await next(client.subscribe(room), "pusher:subscription_error")).toEqual({
        type: "AuthError",
        error: "no",
      });
    },
  },
  "what a customHandler answers without auth goes to the server without it": {
    why: "errors say which member an answer lacks",
    async ours(stage) {
      const customHandler = (_: unknown, done: (error: null, signed: object) => void) =>
        void setTimeout(0).then(() => done(null, {}));
      const [client, line] = await connected(stage, { channelAuthorization: { customHandler } });
      const error = await next(client.subscribe(room), "pusher:subscription_error");
      expect(error).toMatchObject({ type: "AuthError", error: expect.stringContaining("auth") });
      expect(await line.rest()).toEqual([]);
    },
  },
  "a numeric user_id is the number in myID": {
    why: "myID is a string, as every id of a member is",
    async ours(stage) {
      const [client, line] = await connected(stage);
      const channel = presenceOf(client.subscribe(lobby));
      const success = next(channel, "pusher:subscription_succeeded");
      (await stage.endpoint.next()).answer(200, { auth: "app-key:s", channel_data: '{"user_id":5}' });
      await line.next();
      const presence = { ids: ["5"], hash: { 5: { n: 1 } }, count: 1 };
      line.say("pusher_internal:subscription_succeeded", { presence }, { channel: lobby });
      await success;
      expect(channel.members).toMatchObject({ myID: "5", me: { id: "5", info: { n: 1 } } });
    },
  },
  "the error for want of channel_data has no words": {
    why: "errors say what is wrong",
    async ours(stage) {
      const [client] = await connected(stage);
      const error = next(client.subscribe(lobby), "pusher:subscription_error");
      (await stage.endpoint.next()).answer(200, { auth: "app-key:signature" });
      expect((await error).error).toMatch(/^Invalid auth response .*channel_data/);
    },
  },
};

/** The smaller differences. */
export const smallerChannels: Deviations = {
  "metadata says no user_id but in a presence channel": {
    why: "it says the user_id of every event that has one",
    async ours(stage) {
      const [client, line] = await connected(stage);
      const heard = hear(await subscribed(client, line, "news"), "e");
      line.say("e", {}, { channel: "news", user_id: "ann" });
      await line.rest();
      expect(heard).toEqual([[{}, { user_id: "ann" }]]);
    },
  },
  "a pusher:subscription_error of the server is told, with metadata": {
    why: "it has no metadata, like that of the client",
    async ours(stage) {
      const [client, line] = await connected(stage);
      const heard = hear(client.subscribe("news"), "pusher:subscription_error");
      const data = { type: "AuthError", error: "no", status: 403 };
      line.say("pusher:subscription_error", data, { channel: "news" });
      await line.rest();
      expect(heard).toEqual([[data]]);
    },
  },
  "after a pusher:subscription_error of the server the channel stays pending": {
    why: "it is not pending, so that subscribe asks again",
    async ours(stage) {
      const [client, line] = await connected(stage);
      const channel = client.subscribe("news");
      line.say("pusher:subscription_error", { type: "AuthError", error: "no" }, { channel: "news" });
      await line.next();
      await line.rest();
      expect(channel).toMatchObject({ subscribed: false, subscriptionPending: false });
      client.subscribe("news");
      expect(await line.next()).toMatchObject({ event: "pusher:subscribe", data: { channel: "news" } });
    },
  },
  "a channel that is called as a member of every object is cannot be subscribed to": {
    why: "a fault of pusher-js",
    async ours(stage) {
      const [client, line] = await connected(stage);
      expect((await subscribed(client, line, "toString")).subscribed).toBe(true);
    },
  },
  "the channel's own subscribe() asks again until it is subscribed to": {
    why: "it does not ask again while it is pending",
    async ours(stage) {
      const [client, line] = await connected(stage);
      const channel = client.subscribe("news");
      await line.next();
      channel.subscribe();
      expect(await line.rest()).toEqual([]);
    },
  },
  "a cancelled subscription whose connection was lost is asked for again": {
    why: "a fault of pusher-js: the app has left the channel",
    async ours(stage) {
      const [client, line] = await connected(stage);
      client.subscribe("news");
      await line.next();
      client.unsubscribe("news");
      line.close(4200);
      expect(await (await stage.server.greet()).rest()).toEqual([]);
      expect(client.channel("news")).toBeUndefined();
    },
  },
  "a channel that was left while the endpoint was asked is subscribed to, and left then": {
    why: "the signature is dropped, and the server hears nothing",
    async ours(stage) {
      const [client, line] = await connected(stage);
      client.subscribe(room);
      const request = await stage.endpoint.next();
      client.unsubscribe(room);
      request.answer(200, { auth: "app-key:signature" });
      client.subscribe("private-next");
      (await stage.endpoint.next()).answer(200, { auth: "app-key:next" });
      expect((await line.next()).data.channel).toBe("private-next");
      expect(client.channel(room)).toBeUndefined();
    },
  },
  "a count of 0 is told, and not kept": {
    why: "it is kept, too",
    async ours(stage) {
      const [client, line] = await connected(stage);
      const channel = await subscribed(client, line, "news");
      line.say("pusher_internal:subscription_count", { subscription_count: 0 }, { channel: "news" });
      await line.rest();
      expect(channel.subscriptionCount).toBe(0);
    },
  },
};
