import { expect } from "vitest";
import type { Client } from "../parties.ts";
import type { Line } from "../server.ts";
import { connected, next, type Plays, type Stage, watch } from "../stage.ts";

/** What the endpoint answers for Ann. */
export const ann = { auth: "app-key:ann", user_data: '{"id":"ann","user_info":{"name":"Ann"}}' };

/** Ann's own channel. */
export const personal = "#server-to-user-ann";

export const signing: Plays = {
  async "signin() asks the endpoint by a form that says the socket"(stage) {
    const [client] = await connected(stage);
    client.signin();
    expect(await stage.endpoint.next()).toMatchObject({ method: "POST", path: "/user", body: "socket_id=1.1" });
  },

  async "params, headers and their providers go with the request"(stage) {
    const given = {
      params: { a: 1 },
      headers: { "X-One": "1" },
      paramsProvider: () => ({ b: 2 }),
      headersProvider: () => ({ "X-Two": "2" }),
    };
    const userAuthentication = { endpoint: `${stage.endpoint.url}/user`, transport: "ajax", ...given };
    const [client] = await connected(stage, { userAuthentication });
    client.signin();
    const { body, headers } = await stage.endpoint.next();
    expect(body).toBe("socket_id=1.1&a=1&b=2");
    expect(headers).toMatchObject({ "x-one": "1", "x-two": "2" });
  },

  async "what is signed goes to the server: auth, then user_data"(stage) {
    const [client, line] = await connected(stage);
    client.signin();
    (await stage.endpoint.next()).answer(200, { more: 1, user_data: ann.user_data, auth: ann.auth });
    expect(JSON.stringify(await line.next())).toBe(JSON.stringify({ event: "pusher:signin", data: ann }));
  },

  async "the server's yes is told on the client, and the client subscribes to the user's channel"(stage) {
    const { heard, said } = await signedIn(stage);
    expect(heard).toEqual([["pusher:signin_success", { user_data: ann.user_data }]]);
    expect(JSON.stringify(said)).toBe(
      '{"event":"pusher:subscribe","data":{"auth":"","channel":"#server-to-user-ann"}}',
    );
  },

  async "then user_data is who it is, and signinDonePromise resolves"(stage) {
    const { client } = await signedIn(stage);
    expect(client.user.user_data).toEqual({ id: "ann", user_info: { name: "Ann" } });
    await client.user.signinDonePromise;
  },

  async "a yes that is no string but an object is as good"(stage) {
    const [client, line] = await connected(stage);
    client.signin();
    (await stage.endpoint.next()).answer(200, ann);
    await line.next();
    line.sayText(JSON.stringify({ event: "pusher:signin_success", data: { user_data: ann.user_data } }));
    expect((await line.next()).data.channel).toBe(personal);
    expect(client.user.user_data).toMatchObject({ id: "ann" });
  },

  async "when pusher:signin_success is told, user_data is still null"(stage) {
    const [client, line] = await connected(stage);
    const heard: unknown[] = [];
    client.bind("pusher:signin_success", () => heard.push(client.user.user_data));
    client.signin();
    (await stage.endpoint.next()).answer(200, ann);
    await line.next();
    line.say("pusher:signin_success", { user_data: ann.user_data });
    await line.next();
    expect(heard).toEqual([null]);
  },

  async "nothing is told on the user when the sign-in succeeds"(stage) {
    const heard: unknown[] = [];
    const [client, line] = await connected(stage);
    client.user.bind_global((name: string) => heard.push(name));
    await signIn(stage, client, line);
    expect(heard).toEqual([]);
  },

  async "user_data is null and signin_requested false before signin()"(stage) {
    const [{ user }] = await connected(stage);
    expect([user.user_data, user.signin_requested]).toEqual([null, false]);
  },

  async "signin_requested is true from signin() on"(stage) {
    const client = stage.client();
    client.signin();
    expect(client.user.signin_requested).toBe(true);
  },

  async "signinDonePromise is null before signin()"({ client }) {
    expect(client().user.signinDonePromise).toBeNull();
  },

  async "signin() returns nothing"({ client }) {
    expect(client().signin()).toBeUndefined();
  },

  async "signin() before there is a connection asks when there is one"({ client, server, endpoint }) {
    client().signin();
    expect(endpoint.requests).toBe(0);
    await server.greet();
    expect((await endpoint.next()).body).toBe("socket_id=1.1");
  },

  async "signin() of the user is that of the client"(stage) {
    const [client] = await connected(stage);
    client.user.signin();
    expect((await stage.endpoint.next()).path).toBe("/user");
  },

  async "signin() twice asks once"(stage) {
    const { client, line } = await signedIn(stage);
    client.signin();
    await line.rest();
    client.subscribe("private-room");
    expect((await stage.endpoint.next()).path).toBe("/channel");
  },

  async "signin() twice before there is a connection asks once"(stage) {
    const client = stage.client();
    client.signin();
    client.signin();
    const [line] = await Promise.all([stage.server.greet(), next(client.connection, "connected")]);
    await stage.endpoint.next();
    client.subscribe("private-room");
    expect((await stage.endpoint.next()).path).toBe("/channel");
    expect(await line.rest()).toEqual([]);
  },

  async "the client signs in before it asks for its channels"(stage) {
    const asked: string[] = [];
    const handler = (name: string) => ({ customHandler: () => void asked.push(name) });
    const client = stage.client({ userAuthentication: handler("user"), channelAuthorization: handler("channel") });
    client.subscribe("private-room");
    client.signin();
    const [line] = await Promise.all([stage.server.greet(), next(client.connection, "connected")]);
    await line.rest();
    expect(asked).toEqual(["user", "channel"]);
  },

  async "every new connection signs in anew, by its own socket id"(stage) {
    const { client, line } = await signedIn(stage);
    line.close(4200);
    const second = await stage.server.greet();
    const request = await stage.endpoint.next();
    expect(request.body).toBe("socket_id=2.1");
    expect(client.user.user_data).toBeNull();
    request.answer(200, ann);
    expect(await second.next()).toEqual({ event: "pusher:signin", data: ann });
    second.say("pusher:signin_success", { user_data: ann.user_data });
    expect((await second.next()).data.channel).toBe(personal);
    expect(client.user.user_data).toMatchObject({ id: "ann" });
  },

  async "signinDonePromise is a new one for every connection"(stage) {
    const { client, line } = await signedIn(stage);
    const first = client.user.signinDonePromise;
    await first;
    line.close(4200);
    await stage.server.greet();
    await stage.endpoint.next();
    expect(client.user.signinDonePromise).toBeInstanceOf(Promise);
    expect(client.user.signinDonePromise).not.toBe(first);
  },

  async "disconnect() forgets the user, and connect() signs in anew"(stage) {
    const { client } = await signedIn(stage);
    client.disconnect();
    expect(client.user.user_data).toBeNull();
    client.connect();
    await stage.server.greet();
    expect((await stage.endpoint.next()).body).toBe("socket_id=2.1");
  },

  async "a client that never signs in asks for nobody"(stage) {
    const [client, line] = await connected(stage);
    const heard = watch(client, "pusher:signin_success", "pusher:error");
    expect(await line.rest()).toEqual([]);
    expect([heard, stage.endpoint.requests]).toEqual([[], 0]);
  },

  async "a customHandler is asked instead of the endpoint, with the socket alone"(stage) {
    const asked: unknown[] = [];
    const customHandler = (params: unknown, done: (error: null, signed: object) => void) => {
      asked.push(params);
      done(null, ann);
    };
    const [client, line] = await connected(stage, { userAuthentication: { customHandler } });
    client.signin();
    expect(await line.next()).toEqual({ event: "pusher:signin", data: ann });
    expect([asked, stage.endpoint.requests]).toEqual([[{ socketId: "1.1" }], 0]);
  },
};

interface SignedIn {
  readonly client: Client;
  readonly line: Line;
  /** What the client has told. */
  readonly heard: unknown[][];
  /** What the client has said last. */
  readonly said: unknown;
}

/** A client that is signed in as Ann; its message about her channel was read. */
export async function signedIn(stage: Stage, options?: object): Promise<SignedIn> {
  const [client, line] = await connected(stage, options);
  const heard = watch(client, "pusher:signin_success", "pusher:error");
  const said = await signIn(stage, client, line);
  return { client, line, heard, said };
}

async function signIn({ endpoint }: Stage, client: Client, line: Line): Promise<unknown> {
  client.signin();
  (await endpoint.next()).answer(200, ann);
  await line.next();
  line.say("pusher:signin_success", { user_data: ann.user_data });
  return line.next();
}
