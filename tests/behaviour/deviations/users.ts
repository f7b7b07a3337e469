import { setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import { requestsAfter, signing, verifying } from "../cases/failed-signing.ts";
import { ann, personal, signedIn } from "../cases/signing.ts";
import { connected, hear, next, watch } from "../stage.ts";
import type { Deviations } from "./deviation.ts";

/** Where we meant to differ in signing in. */
export const users: Deviations = {
  "when pusher:signin_success is told, user_data is still null": {
    why: "it says already who it is",
    async ours(stage) {
      const [client, line] = await connected(stage);
      const heard: unknown[] = [];
      client.bind("pusher:signin_success", () => heard.push(client.user.user_data?.id));
      client.signin();
      (await stage.endpoint.next()).answer(200, ann);
      await line.next();
      line.say("pusher:signin_success", { user_data: ann.user_data });
      await line.next();
      expect(heard).toEqual(["ann"]);
    },
  },
  "signin() returns nothing": {
    why: "it returns a promise of the user",
    async ours(stage) {
      const [client, line] = await connected(stage);
      const user = client.signin();
      (await stage.endpoint.next()).answer(200, ann);
      await line.next();
      line.say("pusher:signin_success", { user_data: ann.user_data });
      expect(await user).toEqual({ id: "ann", user_info: { name: "Ann" } });
    },
  },
  "a failed sign-in is not told on the client or the connection": {
    why: "it is a pusher:error on the client, and no error of the connection",
    async ours(stage) {
      const { client } = await signing(stage);
      const errors = hear(client.connection, "error");
      const error = next(client, "pusher:error");
      (await stage.endpoint.next()).answer(403, "no");
      expect(await error).toMatchObject({ type: "AuthError", code: null, status: 403, refused: "pusher:signin" });
      expect(errors).toEqual([]);
    },
  },
  "signin() after a failure does nothing": {
    why: "it tries again",
    async ours(stage) {
      expect(await requestsAfter(stage, 403, (client) => client.signin())).toBe(2);
    },
  },
  "a sign-in that fails is not tried again, whatever the status": {
    why: "where trying again may help, it is, after retryIn milliseconds",
    async ours(stage) {
      const { client } = await signing(stage);
      const error = next(client.user, "pusher:signin_error");
      (await stage.endpoint.next()).answer(500, "no");
      expect(await error).toMatchObject({ status: 500, retryIn: expect.any(Number) });
      await stage.endpoint.next();
    },
  },
  "the server's no is no pusher:signin_error, and signinDonePromise stays open": {
    why: "it is a pusher:signin_error, and signinDonePromise resolves",
    async ours(stage) {
      const { client, line } = await verifying(stage);
      const error = next(client.user, "pusher:signin_error");
      line.sayText('{"event":"pusher:error","data":{"code":4009,"message":"no"}}');
      expect(await error).toEqual({ type: "AuthError", error: "no", code: 4009 });
      await client.user.signinDonePromise;
    },
  },
  "a user's signature for a connection that is gone is said on the next one": {
    why: "it is dropped: the server would refuse it",
    async ours(stage) {
      const { line } = await signing(stage);
      const first = await stage.endpoint.next();
      line.close(4200);
      const second = await stage.server.greet();
      const request = await stage.endpoint.next();
      first.answer(200, { ...ann, auth: "app-key:first" });
      await setTimeout(50); // the answer is on its way
      request.answer(200, ann);
      expect((await second.next()).data).toEqual(ann);
    },
  },
  "falsy data that is sent to the user is told with no argument": {
    why: "falsy data reaches listeners as it is",
    async ours(stage) {
      const { client, line } = await signedIn(stage);
      const heard = watch(client.user, "greeting");
      line.say("greeting", 0, { channel: personal });
      await line.rest();
      expect(heard).toEqual([["greeting", 0]]);
    },
  },
};

/** The smaller differences. */
export const smallerUsers: Deviations = {
  "nothing is told on the user when the sign-in succeeds": {
    why: "its states are, as documented; and pusher:signin_success is told on the user, too",
    async ours(stage) {
      const [client, line] = await connected(stage);
      const heard = hear(client.user, "pusher:signin_success");
      client.signin();
      (await stage.endpoint.next()).answer(200, ann);
      await line.next();
      line.say("pusher:signin_success", { user_data: ann.user_data });
      await line.rest();
      expect(heard).toEqual([[{ user_data: ann.user_data }]]);
    },
  },
  "signinDonePromise is null before signin()": {
    why: "there is a promise from the beginning",
    async ours({ client }) {
      expect(client().user.signinDonePromise).toBeInstanceOf(Promise);
    },
  },
};
