import { afterEach, describe, expect, it, vi } from "vitest";
import { AuthError } from "./auth-error.ts";
import { accept, ann, signed } from "./testing/ann.ts";
import { connected, heard, open } from "./testing/dialogue.ts";
import type { Peer } from "./testing/fake-server.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const bob = { auth: "app-key:01", user_data: '{"id":"bob"}' };

/** Says yes to the sign-in that is with the server. */
const confirm = (peer: Peer, { user_data } = signed): Peer => peer.send("pusher:signin_success", { user_data });

describe("a listener of the success signs in another", () => {
  it.each([
    ["the client's success", "client", "pusher:signin_success"],
    ["the user's success", "user", "pusher:signin_success"],
    ["the new state", "user", "state_change"],
  ])("who hears %s, and waits for the other alone", async (_, who, event) => {
    const { client, endpoint, peer, server } = await connected();
    const told = vi.fn();
    const emitter = who === "client" ? client : client.user;
    const switched = new Promise<unknown>((resolve) => {
      const change = (): void => {
        if (client.user.state !== "signed_in") return;
        emitter.unbind(event, change);
        client.user.bind("pusher:signin_success", told);
        resolve(client.switchUser());
      };
      emitter.bind(event, change);
    });
    const first = client.signin();
    (await endpoint.next()).json(signed);
    await peer.next();
    confirm(peer);
    expect(await first).toEqual(ann);
    const second = (await server.accept()).greet("2.2");
    (await endpoint.next()).json(bob);
    await second.next();
    expect(client.user.user_data).toBeNull();
    confirm(second, bob);
    expect(await switched).toEqual({ id: "bob" });
    expect(told.mock.calls).toEqual([[{ user_data: bob.user_data }]]); // of ann's nobody is told any more
  });
});

describe("a yes that comes late", () => {
  it("is nobody's, where the sign-in was given up for want of an answer", async () => {
    const { client, endpoint, peer } = await connected();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const user = client.signin();
    (await endpoint.next()).json(signed);
    await peer.next();
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(user).rejects.toMatchObject({ code: "timeout" });
    confirm(peer);
    peer.send("news", {}, "news");
    await heard(client.connection, "message");
    expect(client.user).toMatchObject({ state: "failed", user_data: null });
  });

  it("cannot come any more once the user has signed out: the connection is made anew", async () => {
    const { client, endpoint, peer, server } = await connected();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const user = client.signin();
    (await endpoint.next()).json(signed);
    await peer.next();
    await vi.advanceTimersByTimeAsync(10_000);
    await expect(user).rejects.toMatchObject({ code: "timeout" });
    client.signout();
    expect(client.user).toMatchObject({ state: "signed_out", error: null });
    vi.useRealTimers();
    (await server.accept()).greet("2.2");
  });
});

describe("who gives up waiting", () => {
  it("for a user who had been signed in leaves the sign-in as it was", async () => {
    const { client, endpoint, peer, server } = await connected();
    void client.signin();
    await accept({ endpoint }, peer);
    peer.close(4200);
    const second = (await server.accept()).greet("2.2");
    const request = await endpoint.next();
    await expect(client.signin({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    expect(client.user.signin_requested).toBe(true);
    request.json(signed);
    expect(await second.next()).toMatchObject({ event: "pusher:signin" });
  });

  it.each([Number.POSITIVE_INFINITY, 2 ** 31])("after %d ms never does", async (timeout) => {
    const { client, endpoint, peer } = await connected();
    const user = client.signin({ timeout });
    await accept({ endpoint }, peer);
    expect(await user).toEqual(ann);
  });
});

it("where no connection is being made, signin() says so at once, and the next connection signs in", async () => {
  const { client, endpoint, server } = await open();
  (await server.accept()).greet();
  client.disconnect();
  await expect(client.signin()).rejects.toMatchObject({
    code: "disconnected",
    message: "There is no connection: connect() makes one",
  });
  client.connect();
  await accept({ endpoint }, (await server.accept()).greet("2.2"));
});

it("an endpoint that never answers is given up after 30 seconds, and asked again", async () => {
  const { client, endpoint } = await connected();
  vi.spyOn(Math, "random").mockReturnValue(0);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  void client.signin();
  const request = await endpoint.next();
  const failed = heard(client.user, "pusher:signin_error");
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await failed).toMatchObject({ status: 0, error: "The sign-in got no answer in time", retryIn: 1000 });
  await request.abandoned;
  await vi.advanceTimersByTimeAsync(1000);
  await endpoint.next();
});

it("a handler that never calls back is given up too", async () => {
  const { client } = await connected({ userAuthentication: { customHandler: () => {} } });
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  void client.signin();
  const failed = heard(client.user, "pusher:signin_error");
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await failed).toMatchObject({ status: 0 });
});

it("credentials are got anew where the endpoint says that others may do, as the app-server library does", async () => {
  const onUnauthorized = vi.fn();
  const { endpoint } = await open();
  const { client, peer } = await connected({ userAuthentication: { endpoint: endpoint.url, onUnauthorized } });
  void client.signin();
  (await endpoint.next()).answer(403, "{}", { "www-authenticate": "Session" });
  await accept({ endpoint }, peer);
  expect(onUnauthorized.mock.calls).toEqual([[{ endpoint: endpoint.url, status: 403 }]]);
});

it("a channel that nobody was let into is asked for again once somebody is signed in", async () => {
  let isSignedIn = false;
  const customHandler = async (
    { channelName }: { channelName: string },
    callback: (e: Error | null, d: { auth: string } | null) => void,
  ) => {
    if (isSignedIn) callback(null, { auth: `app-key:${channelName}` });
    else callback(new AuthError("who are you?", 403), null);
  };
  const { client, endpoint, peer } = await connected({ channelAuthorization: { customHandler } });
  const lobby = client.subscribe("presence-lobby");
  await heard(lobby, "pusher:subscription_error");
  isSignedIn = true;
  void client.signin();
  await accept({ endpoint }, peer);
  expect(await peer.next()).toMatchObject({ event: "pusher:subscribe", data: { channel: "presence-lobby" } });
});
