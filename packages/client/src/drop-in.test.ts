import { describe, expect, it } from "vitest";
import { DropIn, type DropInOptions } from "./drop-in.ts";
import { connected, heard, open } from "./testing/dialogue.ts";

it.each(["userAuthentication", "channelAuthorization"])(
  "jsonp as the transport of %s is refused with a way out",
  (name) => {
    const make = (): unknown => new DropIn("app-key", { wsHost: "127.0.0.1", [name]: { transport: "jsonp" } });
    expect(make).toThrow(/^The auth transport 'jsonp' is not supported: use 'ajax'/);
  },
);

describe("the deprecated options", () => {
  it("ask authEndpoint, with params and headers as they are at the time", async () => {
    const auth = { params: { csrf: "a" }, headers: { authorization: "old" } };
    const { endpoint } = await open();
    const { client } = await connected(options({ authEndpoint: endpoint.url, auth }), DropIn);
    auth.headers.authorization = "new";
    client.subscribe("private-x");
    const request = await endpoint.next();
    expect(request.body).toBe("socket_id=1.1&channel_name=private-x&csrf=a");
    expect(request.headers.authorization).toBe("new");
  });

  it("ask an authorizer, which gets the channel and the other options", async () => {
    const asked: unknown[] = [];
    const { client, peer } = await connected(
      options({
        authEndpoint: "/mine",
        auth: { params: { a: 1 } },
        authorizer: (channel, context) => ({
          authorize(socketId, callback) {
            asked.push(channel.name, context, socketId);
            callback(null, { auth: "app-key:00" });
          },
        }),
      }),
      DropIn,
    );
    client.subscribe("private-x");
    expect(await peer.next()).toMatchObject({ data: { auth: "app-key:00", channel: "private-x" } });
    const context = { authTransport: "ajax", authEndpoint: "/mine", auth: { params: { a: 1 } } };
    expect(asked).toEqual(["private-x", context, "1.1"]);
  });

  it("count nothing beside channelAuthorization", async () => {
    const { endpoint } = await open();
    const channelAuthorization = { endpoint: endpoint.url };
    const { client } = await connected(
      { ...options({ authEndpoint: "http://no.where" }), channelAuthorization },
      DropIn,
    );
    client.subscribe("private-x");
    expect((await endpoint.next()).field("channel_name")).toBe("private-x");
  });
});

describe("a client that stands in the place of pusher-js", () => {
  it("subscribes what is not subscribed", async () => {
    const { client, endpoint, peer } = await connected({}, DropIn);
    const channel = client.subscribe("private-x");
    (await endpoint.next()).answer(403, "no");
    await heard(channel, "pusher:subscription_error");
    (client as DropIn).subscribeAll();
    (await endpoint.next()).json({ auth: "app-key:00" });
    expect(await peer.next()).toMatchObject({ event: "pusher:subscribe" });
  });

  it.each([true, false])(
    "goes over to another app, be it connected (%s) or not, and takes its channels along",
    async (is) => {
      const { client, server, peer } = await connected({}, DropIn);
      client.subscribe("news");
      await peer.next();
      if (!is) client.disconnect();
      (client as DropIn).switchCluster({ appKey: "other-key", cluster: "eu" });
      const next = (await server.accept()).greet("2.2");
      expect(next.url).toMatch(/^\/app\/other-key\?/);
      expect(await next.next()).toMatchObject({ event: "pusher:subscribe", data: { channel: "news" } });
      expect(client).toMatchObject({ key: "other-key", options: { cluster: "eu" } });
      await peer.ended;
    },
  );

  it("has the members that apps have been seen to use", async () => {
    const { client } = (await connected({}, DropIn)) as unknown as { client: DropIn };
    expect(client.shouldUseTLS()).toBe(false);
    expect(client.global_emitter).toBe(client);
    expect(client.options).toMatchObject({ wsHost: "127.0.0.1" });
    expect(client.sessionID).toEqual(expect.any(Number));
    expect(DropIn.isReady).toBe(true);
    client.disconnect();
    DropIn.ready();
    expect(client.connection.state).toBe("disconnected");
  });
});

describe("instances", () => {
  it("are those that are connected or about to be", async () => {
    const { client } = await connected({}, DropIn);
    expect(DropIn.instances).toEqual([client]);
    client.disconnect();
    expect(DropIn.instances).toEqual([]);
    client.connect();
    expect(DropIn.instances).toEqual([client]);
  });

  it("do not hold a client that the server has refused", async () => {
    const { client, server } = await open({}, DropIn);
    (await server.accept()).close(4001);
    await heard(client.connection, "disconnected");
    expect(DropIn.instances).toEqual([]);
  });
});

/** Without the options that `open` gives of itself, which would win. */
function options(given: Partial<DropInOptions>): Partial<DropInOptions> {
  return { ...given, channelAuthorization: undefined } as unknown as Partial<DropInOptions>;
}
