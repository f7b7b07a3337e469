import { expect } from "vitest";
import { connected, hear, next, type Plays, type Stage } from "../stage.ts";

const room = "private-room";

export const authorization: Plays = {
  async "a private channel is asked for by a form that says socket and channel, byte for byte"(stage) {
    const [client] = await connected(stage);
    client.subscribe("private-a=b@c;d,e.f_g");
    const request = await stage.endpoint.next();
    expect(request).toMatchObject({ method: "POST", path: "/channel" });
    expect(request.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/);
    expect(request.body).toBe("socket_id=1.1&channel_name=private-a%3Db%40c%3Bd%2Ce.f_g");
  },

  async "the content type of the form says nothing but its type"(stage) {
    const [client] = await connected(stage);
    client.subscribe(room);
    expect((await stage.endpoint.next()).headers["content-type"]).toBe("application/x-www-form-urlencoded");
  },

  async "what is signed goes to the server: auth, then channel_data, then channel"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe(room);
    expect(await line.rest()).toEqual([]);
    expect(channel.subscriptionPending).toBe(true);
    (await stage.endpoint.next()).answer(200, { channel_data: "{}", auth: "app-key:signature", more: 1 });
    expect(JSON.stringify(await line.next())).toBe(
      '{"event":"pusher:subscribe","data":{"auth":"app-key:signature","channel_data":"{}","channel":"private-room"}}',
    );
    const success = next(channel, "pusher:subscription_succeeded");
    line.say("pusher_internal:subscription_succeeded", {}, { channel: room });
    await success;
    expect(channel.subscribed).toBe(true);
  },

  async "params go into the form after socket and channel, then those of paramsProvider"(stage) {
    const params = { a: "1 2", "b&": "ü+/'", n: 5 };
    const [client] = await connected(stage, authorizedBy(stage, { params, paramsProvider: () => ({ a: 3, c: "x" }) }));
    client.subscribe(room);
    expect((await stage.endpoint.next()).body).toBe(
      "socket_id=1.1&channel_name=private-room&a=1%202&b%26=%C3%BC%2B%2F'&n=5&a=3&c=x",
    );
  },

  async "headers go with the request, and those of headersProvider"(stage) {
    const given = { headers: { "X-One": "1" }, headersProvider: () => ({ "X-Two": "2" }) };
    const [client] = await connected(stage, authorizedBy(stage, given));
    client.subscribe(room);
    expect((await stage.endpoint.next()).headers).toMatchObject({ "x-one": "1", "x-two": "2" });
  },

  async "a header of both headers and headersProvider has both values"(stage) {
    const given = { headers: { "X-One": "1" }, headersProvider: () => ({ "X-One": "2" }) };
    const [client] = await connected(stage, authorizedBy(stage, given));
    client.subscribe(room);
    expect((await stage.endpoint.next()).headers["x-one"]).toBe("1, 2");
  },

  async "the providers are called for every request"(stage) {
    let calls = 0;
    const given = { paramsProvider: () => ({ p: ++calls }), headersProvider: () => ({ "X-H": String(++calls) }) };
    const [client] = await connected(stage, authorizedBy(stage, given));
    for (const round of [0, 1]) {
      client.subscribe(`private-${round}`);
      const { body, headers } = await stage.endpoint.next();
      expect([body.split("&").at(-1), headers["x-h"]]).toEqual([`p=${round * 2 + 1}`, `${round * 2 + 2}`]);
    }
  },

  async "headers and params are read at the request, so they may be changed late"(stage) {
    const [headers, params] = [{ "X-Token": "old" }, { token: "old" }];
    const [client] = await connected(stage, authorizedBy(stage, { headers, params }));
    headers["X-Token"] = params.token = "new";
    client.subscribe(room);
    const request = await stage.endpoint.next();
    expect(request.headers["x-token"]).toBe("new");
    expect(request.body).toContain("&token=new");
  },

  async "a provider's promise is not waited for: its params are missing"(stage) {
    const [client] = await connected(stage, authorizedBy(stage, { paramsProvider: async () => ({ a: 1 }) }));
    client.subscribe(room);
    expect((await stage.endpoint.next()).body).toBe("socket_id=1.1&channel_name=private-room");
  },

  async "a refusal of the endpoint is told with its status"(stage) {
    const [client] = await connected(stage);
    const channel = client.subscribe(room);
    const error = next(channel, "pusher:subscription_error");
    (await stage.endpoint.next()).answer(403, "no");
    const said = await error;
    expect(said).toEqual({ type: "AuthError", error: expect.any(String), status: 403 });
    expect(said.error).toContain(
      "Unable to retrieve auth string from channel-authorization endpoint - received status: 403 " +
        `from ${stage.endpoint.url}/channel`,
    );
  },

  async "a subscription_error of the client is told with nothing but its data"(stage) {
    const [client] = await connected(stage);
    const channel = client.subscribe(room);
    const heard = hear(channel, "pusher:subscription_error");
    const error = next(channel, "pusher:subscription_error");
    (await stage.endpoint.next()).answer(403, "no");
    await error;
    expect(heard).toEqual([[expect.objectContaining({ status: 403 })]]);
  },

  async "an answer that is no JSON is told with the status 200 and with what came"(stage) {
    const [client] = await connected(stage);
    const error = next(client.subscribe(room), "pusher:subscription_error");
    (await stage.endpoint.next()).answer(200, "nonsense");
    expect(await error).toEqual({ type: "AuthError", error: expect.stringContaining("nonsense"), status: 200 });
  },

  async "an answer that is no JSON is told in these words"(stage) {
    const [client] = await connected(stage);
    const error = next(client.subscribe(room), "pusher:subscription_error");
    (await stage.endpoint.next()).answer(200, "nonsense");
    expect((await error).error).toBe(
      "JSON returned from channel-authorization endpoint was invalid, yet status code was 200. Data was: nonsense",
    );
  },

  async "201 is a refusal, too"(stage) {
    const [client] = await connected(stage);
    const error = next(client.subscribe(room), "pusher:subscription_error");
    (await stage.endpoint.next()).answer(201, { auth: "app-key:signature" });
    expect(await error).toMatchObject({ type: "AuthError", status: 201 });
  },

  async "an endpoint that is not reached is told with the status 0"(stage) {
    const [client] = await connected(stage, authorizedBy(stage, { endpoint: "http://127.0.0.1:9/channel" }));
    expect(await next(client.subscribe(room), "pusher:subscription_error")).toEqual({
      type: "AuthError",
      error: expect.stringContaining("http://127.0.0.1:9/channel"),
      status: 0,
    });
  },

  async "after an error the channel is kept, and subscribe asks again"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe(room);
    const error = next(channel, "pusher:subscription_error");
    (await stage.endpoint.next()).answer(403, "no");
    await error;
    expect(channel).toMatchObject({ subscribed: false, subscriptionPending: false });
    expect(client.channel(room)).toBe(channel);
    expect(client.subscribe(room)).toBe(channel);
    (await stage.endpoint.next()).answer(200, { auth: "app-key:signature" });
    expect(await line.next()).toMatchObject({ event: "pusher:subscribe", data: { channel: room } });
  },

  async "the channel's own subscribe() after an error asks again"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe(room);
    const error = next(channel, "pusher:subscription_error");
    (await stage.endpoint.next()).answer(403, "no");
    await error;
    channel.subscribe();
    (await stage.endpoint.next()).answer(200, { auth: "app-key:signature" });
    expect(await line.next()).toMatchObject({ event: "pusher:subscribe", data: { channel: room } });
  },

  async "every new connection is authorized anew, by its own socket id, also after an error"(stage) {
    const [client, line] = await connected(stage);
    const error = next(client.subscribe(room), "pusher:subscription_error");
    (await stage.endpoint.next()).answer(403, "no");
    await error;
    line.close(4200);
    const second = await stage.server.greet();
    const request = await stage.endpoint.next();
    expect(request.body).toBe("socket_id=2.1&channel_name=private-room");
    request.answer(200, { auth: "app-key:second" });
    expect(await second.next()).toMatchObject({ data: { auth: "app-key:second" } });
  },

  async "a signature for a connection that is gone is said on the next one"(stage) {
    const [client, line] = await connected(stage);
    client.subscribe(room);
    const first = await stage.endpoint.next();
    line.close(4200);
    const second = await stage.server.greet();
    await stage.endpoint.next();
    first.answer(200, { auth: "app-key:first" });
    expect(await second.next()).toMatchObject({ data: { auth: "app-key:first" } });
  },

  async "a channel that was left while the endpoint was asked is subscribed to, and left then"(stage) {
    const [client, line] = await connected(stage);
    client.subscribe(room);
    const request = await stage.endpoint.next();
    client.unsubscribe(room);
    request.answer(200, { auth: "app-key:signature" });
    expect(await line.next()).toMatchObject({ event: "pusher:subscribe" });
    line.say("pusher_internal:subscription_succeeded", {}, { channel: room });
    expect(await line.next()).toEqual({ event: "pusher:unsubscribe", data: { channel: room } });
  },

  async "public channels do not wait for the endpoint"(stage) {
    const [client, line] = await connected(stage);
    client.subscribe(room);
    client.subscribe("news");
    expect(await line.next()).toMatchObject({ data: { channel: "news" } });
  },
};

/** Options by which channels are authorized so. */
export function authorizedBy({ endpoint }: Stage, given: object): object {
  return { channelAuthorization: { endpoint: `${endpoint.url}/channel`, transport: "ajax", ...given } };
}
