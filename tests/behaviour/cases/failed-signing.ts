import { setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import type { Client } from "../parties.ts";
import type { Line } from "../server.ts";
import { connected, hear, next, type Plays, type Stage, watch } from "../stage.ts";
import { ann } from "./signing.ts";

export const failedSigning: Plays = {
  async "a refusal of the endpoint is pusher:signin_error on the user, with its status"(stage) {
    const { client } = await signing(stage);
    const heard = hear(client.user, "pusher:signin_error");
    const error = next(client.user, "pusher:signin_error");
    (await stage.endpoint.next()).answer(403, "no");
    await error;
    const words = `Unable to retrieve auth string from user-authentication endpoint - received status: 403 from ${stage.endpoint.url}/user`;
    expect(heard).toEqual([
      [expect.objectContaining({ type: "AuthError", error: expect.stringContaining(words), status: 403 })],
    ]);
  },

  async "pusher:signin_error says type, error and status, and nothing else"(stage) {
    const { client } = await signing(stage);
    const error = next(client.user, "pusher:signin_error");
    (await stage.endpoint.next()).answer(403, "no");
    expect(Object.keys(await error)).toEqual(["type", "error", "status"]);
  },

  async "a failed sign-in is not told on the client or the connection"(stage) {
    const { client, line } = await signing(stage);
    const heard = [watch(client, "pusher:error", "pusher:signin_error"), watch(client.connection, "error")];
    const error = next(client.user, "pusher:signin_error");
    (await stage.endpoint.next()).answer(403, "no");
    await error;
    await line.rest();
    expect(heard).toEqual([[], []]);
  },

  async "after a refusal of the endpoint signinDonePromise resolves, nobody is signed in, and nothing is said"(stage) {
    const { client, line } = await signing(stage);
    (await stage.endpoint.next()).answer(403, "no");
    await client.user.signinDonePromise;
    expect(client.user.user_data).toBeNull();
    expect(await line.rest()).toEqual([]);
    expect(client.connection.state).toBe("connected");
  },

  async "an answer of the user's endpoint that is no JSON is told with the status 200 and with what came"(stage) {
    const { client } = await signing(stage);
    const error = next(client.user, "pusher:signin_error");
    (await stage.endpoint.next()).answer(200, "nonsense");
    expect(await error).toMatchObject({
      type: "AuthError",
      error: expect.stringContaining("nonsense"),
      status: 200,
    });
  },

  async "a user's endpoint that is not reached is told with the status 0"(stage) {
    const userAuthentication = { endpoint: "http://127.0.0.1:9/user", transport: "ajax" };
    const { client } = await signing(stage, { userAuthentication });
    expect(await next(client.user, "pusher:signin_error")).toMatchObject({ type: "AuthError", status: 0 });
  },

  async "an error of a user's customHandler is told without a status"(stage) {
    const userAuthentication = {
      customHandler: (_: unknown, done: (error: Error, signed: null) => void) =>
        void setTimeout(0).then(() => done(new Error("no"), null)),
    };
    const { client } = await signing(stage, { userAuthentication });
    const said = await next(client.user, "pusher:signin_error");
    expect(said).toMatchObject({ type: "AuthError", error: "no" });
    expect(said).not.toHaveProperty("status");
  },

  async "signin() after a failure does nothing"(stage) {
    expect(await requestsAfter(stage, 403, (client) => client.signin())).toBe(1);
  },

  async "a sign-in that fails is not tried again, whatever the status"(stage) {
    expect(await requestsAfter(stage, 500, () => {})).toBe(1);
  },

  async "a sign-in that has failed is tried again with the next connection"(stage) {
    const { client, line } = await signing(stage);
    (await stage.endpoint.next()).answer(403, "no");
    await client.user.signinDonePromise;
    line.close(4200);
    const second = await stage.server.greet();
    (await stage.endpoint.next()).answer(200, ann);
    expect(await second.next()).toEqual({ event: "pusher:signin", data: ann });
  },

  async "the server's no is a pusher:error on the client, and an error of the connection"(stage) {
    const { client, line } = await verifying(stage);
    const [events, errors] = [hear(client, "pusher:error"), hear(client.connection, "error")];
    const data = { code: 4009, message: "no" };
    line.sayText(JSON.stringify({ event: "pusher:error", data }));
    await line.rest();
    expect(events[0]).toEqual([data]);
    expect(errors).toEqual([[{ type: "PusherError", data }]]);
    expect([client.connection.state, client.user.user_data]).toEqual(["connected", null]);
  },

  async "the server's no is told once"(stage) {
    const { client, line } = await verifying(stage);
    const events = hear(client, "pusher:error");
    line.sayText('{"event":"pusher:error","data":{"code":4009,"message":"no"}}');
    await line.rest();
    expect(events).toHaveLength(1);
  },

  async "the server's no is no pusher:signin_error, and signinDonePromise stays open"(stage) {
    const { client, line } = await verifying(stage);
    const heard = hear(client.user, "pusher:signin_error");
    line.sayText('{"event":"pusher:error","data":{"code":4009,"message":"no"}}');
    await line.rest();
    expect(heard).toEqual([]);
    expect(await Promise.race([client.user.signinDonePromise, setTimeout(50, "open")])).toBe("open");
  },

  async "a yes for nobody signs in nobody, and signinDonePromise resolves"(stage) {
    for (const data of ["nonsense", "{}", '{"id":""}', '{"id":5}']) {
      const { client, line } = await verifying(stage);
      line.say("pusher:signin_success", { user_data: data });
      await client.user.signinDonePromise;
      expect(await line.rest()).toEqual([]);
      expect(client.user.user_data).toBeNull();
    }
  },

  async "a connection that is lost while signing in leaves nobody signed in, and the next one signs in"(stage) {
    const { client, line } = await verifying(stage);
    line.close(4200);
    await stage.server.greet();
    expect((await stage.endpoint.next()).body).toContain("socket_id=");
    expect(client.user.user_data).toBeNull();
  },

  async "a user's signature for a connection that is gone is said on the next one"(stage) {
    const { line } = await signing(stage);
    const first = await stage.endpoint.next();
    line.close(4200);
    const second = await stage.server.greet();
    await stage.endpoint.next();
    first.answer(200, ann);
    expect(await second.next()).toEqual({ event: "pusher:signin", data: ann });
  },
};

interface Signing {
  readonly client: Client;
  readonly line: Line;
}

/** A client that asks the endpoint. */
export async function signing(stage: Stage, options?: object): Promise<Signing> {
  const [client, line] = await connected(stage, options);
  client.signin();
  return { client, line };
}

/** A client that waits for the server's yes or no. */
export async function verifying(stage: Stage): Promise<Signing> {
  const { client, line } = await signing(stage);
  (await stage.endpoint.next()).answer(200, ann);
  await line.next();
  return { client, line };
}

/** How many requests there were, some time after the first was answered so. */
export async function requestsAfter(stage: Stage, status: number, then: (client: Client) => void): Promise<number> {
  const { client } = await signing(stage);
  (await stage.endpoint.next()).answer(status, "no");
  await client.user.signinDonePromise;
  then(client);
  await setTimeout(3500); // longer than any client waits before it tries again
  return stage.endpoint.requests;
}
