import { afterEach, describe, expect, it, vi } from "vitest";
import { accept, ann, signed } from "./testing/ann.ts";
import { connected, heard } from "./testing/dialogue.ts";

afterEach(() => void vi.useRealTimers());

describe("a sign-in that the endpoint refuses", () => {
  it("is told to the user and to the client, and can be tried again", async () => {
    const { client, endpoint, peer } = await connected();
    const onClient = heard(client, "pusher:error");
    const onUser = heard(client.user, "pusher:signin_error");
    void client.signin();
    (await endpoint.next()).answer(403, "Forbidden");
    const message = `Unable to retrieve auth string from user-authentication endpoint - received status: 403 from ${endpoint.url}`;
    expect(await onUser).toEqual({ type: "AuthError", error: message, status: 403 });
    expect(await onClient).toEqual({ type: "AuthError", code: null, message, status: 403, refused: "pusher:signin" });
    await client.user.signinDonePromise;
    expect(client.user.user_data).toBeNull();
    void client.signin();
    await accept({ endpoint }, peer);
    expect(client.user.user_data).toEqual(ann);
  });

  it("says so when a login page comes with status 200", async () => {
    const { client, endpoint } = await connected();
    void client.signin();
    (await endpoint.next()).answer(200, "<html>");
    expect(await heard(client.user, "pusher:signin_error")).toMatchObject({
      status: 200,
      error: expect.stringContaining("HTML instead of JSON"),
    });
  });

  it.each<[string, unknown, string]>([
    ["an error", new Error("no token"), "no token"],
    ["a string", "no token", "no token"],
  ])("hands on %s of a custom handler, without a status", async (_, thrown, error) => {
    const { client } = await connected({
      userAuthentication: { customHandler: (_params, callback) => callback(thrown as Error, null) },
    });
    void client.signin();
    expect(await heard(client.user, "pusher:signin_error")).toEqual({ type: "AuthError", error });
  });
});

describe("a sign-in that the server refuses", () => {
  const refusals = [
    ["says what it refuses", { code: null, message: "Not today", refused: "pusher:signin" }],
    ["says unauthorized", { code: 4009, message: "Not today" }],
  ] as const;

  it.each(refusals)("with a frame that %s is told to everyone, and can be tried again", async (_, data) => {
    const { client, endpoint, peer } = await connected();
    const onClient = heard(client, "pusher:error");
    const onConnection = heard(client.connection, "error");
    const onUser = heard(client.user, "pusher:signin_error");
    void client.signin();
    (await endpoint.next()).json(signed);
    await peer.next();
    peer.send("pusher:error", data);
    expect(await onUser).toEqual({ type: "AuthError", error: "Not today", code: data.code });
    expect(await onClient).toEqual(data);
    expect(await onConnection).toEqual({ type: "PusherError", data });
    await client.user.signinDonePromise;
    expect(client.user.user_data).toBeNull();
    void client.signin();
    await accept({ endpoint }, peer);
    expect(client.user.user_data).toEqual(ann);
  });

  it.each([
    ["refuses something else", { code: 4009, message: "No", refused: "pusher:subscribe" }, undefined],
    ["has another code", { code: 4301, message: "No" }, undefined],
    ["is about a channel", { code: 4009, message: "No" }, "private-x"],
  ])("is not one with a frame that %s", async (_, data, channel) => {
    const { client, endpoint, peer } = await connected();
    const failed = vi.fn();
    client.user.bind("pusher:signin_error", failed);
    void client.signin();
    (await endpoint.next()).json(signed);
    await peer.next();
    peer.send("pusher:error", data, channel).send("pusher:signin_success", { user_data: signed.user_data });
    await client.user.signinDonePromise;
    expect(failed).not.toHaveBeenCalled();
    expect(client.user.user_data).toEqual(ann);
  });

  it.each(['{"id":1}', '{"id":""}', "[]", "{"])("by a success with the user_data %s", async (user_data) => {
    const { client, endpoint, peer } = await connected();
    void client.signin();
    (await endpoint.next()).json(signed);
    await peer.next();
    peer.send("pusher:signin_success", { user_data });
    expect(await heard(client.user, "pusher:signin_error")).toMatchObject({ type: "AuthError" });
    await client.user.signinDonePromise;
    expect(client.user.user_data).toBeNull();
  });

  it("by silence", async () => {
    const { client, peer } = await connected({
      userAuthentication: { customHandler: (_, callback) => callback(null, signed) },
    });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    void client.signin();
    await peer.next();
    const onUser = heard(client.user, "pusher:signin_error");
    vi.advanceTimersByTime(10_000);
    expect(await onUser).toEqual({ type: "AuthError", error: "The server did not answer the sign-in in 10 seconds" });
    await client.user.signinDonePromise;
  });
});
