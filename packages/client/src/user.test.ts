import { afterEach, describe, expect, it, vi } from "vitest";
import type { UserAuthenticationCallback } from "./authorize.ts";
import { accept, ann, signed } from "./testing/ann.ts";
import { connected, heard, open } from "./testing/dialogue.ts";

afterEach(() => void vi.useRealTimers());

describe("a sign-in", () => {
  it("asks for a signature for this socket, shows it to the server, and asks for the user's channel", async () => {
    const { client, endpoint, peer } = await connected();
    void client.signin();
    const request = await endpoint.next();
    expect(request.body).toBe("socket_id=1.1");
    request.json(signed);
    expect(await peer.next()).toEqual({ event: "pusher:signin", data: signed });
    expect(client.user.user_data).toBeNull();
    peer.send("pusher:signin_success", { user_data: signed.user_data });
    await client.user.signinDonePromise;
    expect(client.user.user_data).toEqual(ann);
  });

  it("is told to the client, with user_data in its place, then to the user, and only then is the channel asked for", async () => {
    const { client, endpoint, peer } = await connected();
    const told: unknown[] = [];
    const data = { user_data: signed.user_data };
    client.bind("pusher:signin_success", (given) => told.push("client", given, client.user.user_data));
    client.user.bind("pusher:signin_success", (given) => {
      told.push("user", given);
      client.send_event("client-told", {});
    });
    void client.signin();
    (await endpoint.next()).json(signed);
    await peer.next();
    peer.send("pusher:signin_success", JSON.stringify(data));
    expect((await peer.next()).event).toBe("client-told");
    expect((await peer.next()).event).toBe("pusher:subscribe");
    expect(told).toEqual(["client", data, ann, "user", data]);
  });

  it("is made once, however often it is asked for", async () => {
    const { client, endpoint, peer } = await connected();
    void client.signin();
    void client.signin();
    const request = await endpoint.next();
    void client.signin();
    request.json(signed);
    await peer.next();
    void client.signin();
    peer.send("pusher:signin_success", { user_data: signed.user_data });
    await peer.next();
    void client.signin();
    await peer.settled();
    expect(endpoint.unread).toBe(0);
  });

  it("waits for the connection, and starts before the channels do", async () => {
    const asked: string[] = [];
    const { client, server } = await open({
      userAuthentication: { customHandler: ({ socketId }) => void asked.push(`user ${socketId}`) },
      channelAuthorization: { customHandler: ({ channelName }) => void asked.push(channelName) },
    });
    client.subscribe("private-x");
    void client.signin();
    expect(asked).toEqual([]);
    (await server.accept()).greet("7.7");
    await heard(client.connection, "connected");
    expect(asked).toEqual(["user 7.7", "private-x"]);
  });

  it("is made again on every connection, for the new socket", async () => {
    const { client, endpoint, server, peer } = await connected();
    void client.signin();
    await accept({ endpoint }, peer);
    peer.close(4200);
    await heard(client.connection, "connecting");
    expect(client.user.user_data).toBeNull();
    const next = (await server.accept()).greet("2.2");
    const request = await endpoint.next();
    expect(request.field("socket_id")).toBe("2.2");
    request.json(signed);
    await next.next();
    next.send("pusher:signin_success", { user_data: signed.user_data });
    await client.user.signinDonePromise;
    expect(client.user.user_data).toEqual(ann);
  });

  it("drops the answer that was signed for a connection that is gone", async () => {
    const callbacks: UserAuthenticationCallback[] = [];
    const { client, server, peer } = await connected({
      userAuthentication: { customHandler: (_, callback) => void callbacks.push(callback) },
    });
    void client.signin();
    peer.close(4200);
    const next = (await server.accept()).greet("2.2");
    await heard(client.connection, "connected");
    expect(callbacks).toHaveLength(2);
    callbacks[0]?.(null, { ...signed, auth: "stale" });
    callbacks[1]?.(null, { ...signed, auth: "fresh" });
    expect(await next.next()).toMatchObject({ event: "pusher:signin", data: { auth: "fresh" } });
    await next.settled();
  });

  it("gives its request up when the connection goes", async () => {
    const { client, endpoint, peer } = await connected();
    void client.signin();
    const request = await endpoint.next();
    peer.kill();
    await request.abandoned;
    expect(client.user.user_data).toBeNull();
  });
});

describe("events of the user", () => {
  it("come to the user's listeners with their data only, once, and to the client's", async () => {
    const { client, endpoint, peer } = await connected();
    void client.signin();
    await accept({ endpoint }, peer);
    const onUser = vi.fn();
    const onClient = vi.fn();
    client.user.bind("mail", onUser).bind_global(onUser);
    client.bind("mail", onClient);
    peer.send("pusher_internal:subscription_succeeded", "{}", "#server-to-user-ann");
    peer.send("pusher:other", "{}", "#server-to-user-ann");
    peer.send("mail", '{"from":"bob"}', "#server-to-user-bob");
    peer.send("mail", '{"from":"cat"}', "#server-to-user-ann");
    await peer.settled();
    expect(onUser.mock.calls).toEqual([["mail", { from: "cat" }], [{ from: "cat" }]]);
    expect(onClient).toHaveBeenCalledTimes(2);
    expect(client.allChannels()).toEqual([]);
  });
});

it("stays good, however long the server has nothing more to say of it", async () => {
  const { client, peer } = await connected({
    userAuthentication: { customHandler: (_, callback) => callback(null, signed) },
  });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  void client.signin();
  await peer.next();
  peer.send("pusher:signin_success", { user_data: signed.user_data });
  await client.user.signinDonePromise;
  vi.advanceTimersByTime(10_000);
  expect(client.user.user_data).toEqual(ann);
});

describe("signinDonePromise", () => {
  it("is settled before anything was asked for", async () => {
    const { client } = await connected();
    await client.user.signinDonePromise;
  });

  it("settles when the connection goes while the signature is awaited", async () => {
    const { client, endpoint } = await connected();
    void client.signin();
    await endpoint.next();
    client.disconnect();
    await client.user.signinDonePromise;
  });

  it("settles when the connection goes while the server's answer is awaited, and another one waits for the next", async () => {
    const { client, endpoint, server, peer } = await connected();
    void client.signin();
    (await endpoint.next()).json(signed);
    await peer.next();
    const first = client.user.signinDonePromise;
    peer.close(4200);
    await first;
    const second = client.user.signinDonePromise;
    await accept({ endpoint }, (await server.accept()).greet("2.2"));
    await second;
    expect(client.user.user_data).toEqual(ann);
  });

  it("settles when the server refuses the connection before there was one", async () => {
    const { client, server } = await open();
    void client.signin();
    const done = client.user.signinDonePromise;
    (await server.accept()).close(4001);
    await done;
    expect(client.connection.state).toBe("disconnected");
  });
});
