import { afterEach, describe, expect, it, vi } from "vitest";
import { accept, ann, signed } from "./testing/ann.ts";
import { connected, heard, open } from "./testing/dialogue.ts";
import type { Usher } from "./usher.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The states that the user comes to from now on. */
function statesOf({ user }: Usher): string[] {
  const states: string[] = [];
  user.bind("state_change", ({ previous, current }) => {
    expect(states.at(-1) ?? previous).toBe(previous);
    states.push(current);
  });
  return states;
}

/** Timers are the test's from now on, and nothing is left to chance. */
function takeTime(): void {
  vi.spyOn(Math, "random").mockReturnValue(0);
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
}

describe("the promise of signin()", () => {
  it("is the user, and each state on the way is told", async () => {
    const { client, endpoint, peer } = await connected();
    const states = statesOf(client);
    expect(client.user.state).toBe("signed_out");
    const user = client.signin();
    await accept({ endpoint }, peer);
    expect(await user).toEqual(ann);
    expect(await client.signin()).toEqual(ann);
    expect(states).toEqual(["authenticating", "verifying", "signed_in"]);
  });

  it("waits for the connection, and through the loss of one", async () => {
    const { client, endpoint, server } = await open();
    const user = client.signin();
    const first = (await server.accept()).greet();
    await endpoint.next();
    first.close(4200);
    const second = (await server.accept()).greet("2.2");
    await accept({ endpoint }, second);
    expect(await user).toEqual(ann);
  });

  it.each([
    [403, "endpoint"],
    [401, "endpoint"],
    [404, "endpoint"],
  ])("rejects when the endpoint answers %s", async (status, code) => {
    const { client, endpoint } = await connected();
    const user = client.signin();
    (await endpoint.next()).answer(status, "no");
    await expect(user).rejects.toMatchObject({ name: "SigninError", code, status });
    expect(client.user).toMatchObject({ state: "failed", error: { code, status } });
  });

  it.each(["<html>", "{}", '{"auth":"app-key:00"}'])("rejects when the endpoint answers %s", async (body) => {
    const { client, endpoint } = await connected();
    const user = client.signin();
    (await endpoint.next()).answer(200, body);
    await expect(user).rejects.toMatchObject({ code: "bad_response", status: 200 });
  });

  it("rejects when the server refuses, with its code", async () => {
    const { client, endpoint, peer } = await connected();
    const user = client.signin();
    (await endpoint.next()).json(signed);
    await peer.next();
    peer.send("pusher:error", { code: 4009, message: "Not today", refused: "pusher:signin" });
    await expect(user).rejects.toMatchObject({ code: "rejected", serverCode: 4009, message: "Not today" });
  });

  it("rejects when the connection is ended", async () => {
    const { client, peer } = await connected();
    const [refused, ended] = [client.signin(), client.signin()];
    peer.close(4001);
    await expect(refused).rejects.toMatchObject({ code: "disconnected" });
    await expect(ended).rejects.toMatchObject({ code: "disconnected" });
    const later = client.signin();
    client.connect();
    client.disconnect();
    await expect(later).rejects.toMatchObject({ code: "disconnected" });
  });

  it("is no unhandled rejection when nobody looks at it", async () => {
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    const { client, endpoint } = await connected();
    void client.signin();
    (await endpoint.next()).answer(403, "no");
    await heard(client.user, "pusher:signin_error");
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

it("tried again by a listener of the failure is waited for by its own promise", async () => {
  const { client, endpoint, peer } = await connected();
  const first = client.signin();
  const second = new Promise((resolve, reject) => {
    const stop = client.user.on("state_change", ({ current }) => {
      if (current !== "failed") return;
      stop();
      client.signin().then(resolve, reject);
    });
  });
  (await endpoint.next()).answer(403, "no");
  await expect(first).rejects.toMatchObject({ status: 403 });
  await accept({ endpoint }, peer);
  expect(await second).toEqual(ann);
});

describe("whoever waits for a sign-in gives up", () => {
  it("by a signal: then its request is given up too, and no connection is signed in", async () => {
    const { client, endpoint, peer } = await connected();
    const giveUp = new AbortController();
    const user = client.signin({ signal: giveUp.signal });
    const request = await endpoint.next();
    giveUp.abort("the dialog was closed");
    await expect(user).rejects.toMatchObject({ code: "aborted", cause: "the dialog was closed" });
    await request.abandoned;
    expect(client.user).toMatchObject({ state: "signed_out", signin_requested: false });
    await peer.settled();
  });

  it("by a signal that was aborted before", async () => {
    const { client, endpoint, peer } = await connected();
    await expect(client.signin({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "aborted" });
    await peer.settled();
    expect(endpoint.unread).toBe(0);
  });

  it("after the time that it has given", async () => {
    takeTime();
    const { client, endpoint } = await connected();
    const user = client.signin({ timeout: 3_000 });
    const request = await endpoint.next();
    vi.advanceTimersByTime(3_000);
    await expect(user).rejects.toMatchObject({ code: "timeout" });
    await request.abandoned;
  });

  it("while others still wait: theirs goes on", async () => {
    const { client, endpoint, peer } = await connected();
    const giveUp = new AbortController();
    const [impatient, patient] = [client.signin({ signal: giveUp.signal }), client.signin()];
    giveUp.abort();
    await expect(impatient).rejects.toMatchObject({ code: "aborted" });
    await accept({ endpoint }, peer);
    expect(await patient).toEqual(ann);
  });

  it("once it is signed in: that changes nothing any more", async () => {
    const { client, endpoint, peer } = await connected();
    const giveUp = new AbortController();
    const user = client.signin({ signal: giveUp.signal });
    await accept({ endpoint }, peer);
    await user;
    giveUp.abort();
    expect(client.user.user_data).toEqual(ann);
  });
});

describe("a sign-in that may succeed later", () => {
  it.each([500, 503, 408, 429])("is tried again after the status %s, and is not given up", async (status) => {
    const { client, endpoint, peer } = await connected();
    takeTime();
    const states = statesOf(client);
    const user = client.signin();
    const request = await endpoint.next();
    const told = heard(client.user, "pusher:signin_error");
    request.answer(status, "later");
    expect(await told).toMatchObject({ status, retryIn: 1_000 });
    vi.advanceTimersByTime(1_000);
    await accept({ endpoint }, peer);
    expect(await user).toEqual(ann);
    expect(client.user.error).toBeNull();
    expect(states).toEqual(["authenticating", "failed", "authenticating", "verifying", "signed_in"]);
  });

  it("is tried again when the endpoint is not reached, later each time", async () => {
    const { client, endpoint } = await connected();
    takeTime();
    vi.mocked(Math.random).mockReturnValue(0.5);
    void client.signin();
    for (const retryIn of [1_500, 2_000, 3_000]) {
      const told = heard(client.user, "pusher:signin_error");
      (await endpoint.next()).hangUp();
      expect(await told).toMatchObject({ status: 0, retryIn });
      expect(client.user.error).toMatchObject({ code: "network" });
      vi.advanceTimersByTime(retryIn);
    }
  });

  it("is tried at once when it is asked for again", async () => {
    const { client, endpoint, peer } = await connected();
    takeTime();
    void client.signin();
    const told = heard(client.user, "pusher:signin_error");
    (await endpoint.next()).answer(503, "later");
    await told;
    const user = client.signin();
    await accept({ endpoint }, peer);
    expect(await user).toEqual(ann);
    vi.advanceTimersByTime(60_000);
    expect(endpoint.unread).toBe(0);
  });
});

describe("credentials that have expired", () => {
  it.each([401, 419])("are got anew once, when the endpoint answers %s", async (status) => {
    const headers = { authorization: "old" };
    const refusals: object[] = [];
    const onUnauthorized = async (refusal: object): Promise<void> => {
      refusals.push(refusal);
      headers.authorization = "new";
    };
    const { endpoint } = await connected();
    const userAuthentication = { endpoint: endpoint.url, headers, onUnauthorized };
    const { client, peer } = await connected({ userAuthentication });
    const user = client.signin();
    const first = await endpoint.next();
    expect(first.headers.authorization).toBe("old");
    first.answer(status, "expired");
    const second = await endpoint.next();
    expect(second.headers.authorization).toBe("new");
    second.json(signed);
    await peer.next();
    peer.send("pusher:signin_success", { user_data: signed.user_data });
    expect(await user).toEqual(ann);
    expect(refusals).toEqual([{ endpoint: endpoint.url, status }]);
  });

  it("are not got a second time, nor where the hook says no", async () => {
    const { endpoint } = await connected();
    const answers = [undefined, false];
    const onUnauthorized = (): unknown => answers.shift();
    const { client } = await connected({ userAuthentication: { endpoint: endpoint.url, onUnauthorized } });
    const twice = client.signin();
    (await endpoint.next()).answer(401, "expired");
    (await endpoint.next()).answer(401, "expired");
    await expect(twice).rejects.toMatchObject({ status: 401 });
    const never = client.signin();
    (await endpoint.next()).answer(401, "expired");
    await expect(never).rejects.toMatchObject({ status: 401 });
    expect(endpoint.unread).toBe(0);
  });
});

describe("a user who signs out", () => {
  it("is nobody any more, for the server neither: the connection is made anew, and the channels come back", async () => {
    const { client, endpoint, peer, server } = await connected();
    client.subscribe("news");
    await peer.next();
    void client.signin();
    await accept({ endpoint }, peer);
    const states = statesOf(client);
    client.signout();
    expect(client.user).toMatchObject({ state: "signed_out", user_data: null, signin_requested: false });
    await peer.ended;
    const next = (await server.accept()).greet("2.2");
    expect(await next.next()).toMatchObject({ event: "pusher:subscribe", data: { channel: "news" } });
    await next.settled();
    expect(endpoint.unread).toBe(0);
    expect(states).toEqual(["signed_out"]);
  });

  it("keeps the connection if the server does not know who it is", async () => {
    const { client, endpoint, peer } = await connected();
    const user = client.signin();
    const request = await endpoint.next();
    client.signout();
    await expect(user).rejects.toMatchObject({ code: "superseded" });
    await request.abandoned;
    await peer.settled();
    expect(client.connection.state).toBe("connected");
  });
});

it("switchUser() signs in as somebody else, on another connection", async () => {
  const { client, endpoint, peer, server } = await connected();
  void client.signin();
  await accept({ endpoint }, peer);
  const bob = { id: "bob" };
  const user = client.switchUser();
  const next = (await server.accept()).greet("2.2");
  const request = await endpoint.next();
  expect(request.field("socket_id")).toBe("2.2");
  request.json({ auth: "app-key:11", user_data: JSON.stringify(bob) });
  await next.next();
  next.send("pusher:signin_success", { user_data: JSON.stringify(bob) });
  expect(await user).toEqual(bob);
  expect(client.user.user_data).toEqual(bob);
});

it("the watchlist tells who is there and who is not", async () => {
  const { client, peer } = await connected();
  const told: unknown[] = [];
  client.user.watchlist.bind_global((name, event) => told.push([name, event]));
  const events = [
    { name: "online", user_ids: ["bob"] },
    { name: "offline", user_ids: ["carol", "dan"] },
  ];
  for (const odd of [1, [null], [{ name: "online" }]]) peer.send("pusher_internal:watchlist_events", { events: odd });
  peer.send("pusher_internal:watchlist_events", { events });
  await peer.settled();
  expect(told).toEqual(events.map((event) => [event.name, event]));
});
