import { describe, expect, test } from "vitest";
import { key, serve, signin, subscription, transports } from "../testing/serve.ts";

describe.each(transports)("over %s, ending a user's connections", (transport) => {
  const path = (id: string): string => `/apps/app-id/users/${encodeURIComponent(id)}/terminate_connections`;

  test("closes every connection that is signed in as the user, and no other", async () => {
    const { dial, request } = await serve({ transport });
    const [a1, a2, b] = [await dial(), await dial(), await dial()];
    for (const [caller, id] of [
      [a1, "ann"],
      [a2, "ann"],
      [b, "bob"],
    ] as const) {
      caller.say(signin(caller, { id }));
      await caller.next();
    }
    const { status, body } = await request("POST", path("ann"), { body: "{}" });
    expect({ status, body }).toEqual({ status: 200, body: { connections: 2, nodes: 1, complete: true } });
    for (const caller of [a1, a2]) {
      expect(await caller.closed).toEqual({ code: 4009, reason: "The app has ended the connections of this user" });
    }
    expect(await b.settled()).toEqual([]);
  });

  test("leaves alone who is known by a presence channel only", async () => {
    const { dial, request } = await serve({ transport });
    const caller = await dial();
    caller.say(subscription(caller, "presence-room", { user_id: "ann" }));
    await caller.next();
    expect((await request("POST", path("ann"))).body).toEqual({ connections: 0, nodes: 0, complete: true });
    expect(await caller.settled()).toEqual([]);
  });

  test("takes the user out of presence channels at once", async () => {
    const { dial, request } = await serve({ transport });
    const [a, b] = [await dial(), await dial()];
    a.say(signin(a, { id: "ann" }));
    await a.next();
    a.say(subscription(a, "presence-room"));
    await a.next();
    b.say(subscription(b, "presence-room", { user_id: "bob" }));
    await b.next();
    await request("POST", path("ann"));
    expect(await b.next()).toMatchObject({ event: "pusher_internal:member_removed", data: '{"user_id":"ann"}' });
    expect((await request("GET", "/apps/app-id/channels/presence-room/users")).body).toEqual({
      users: [{ id: "bob" }],
    });
  });

  test("ends for good what a connection goes on saying while it is being closed", async () => {
    const { dial, request } = await serve({ transport });
    const caller = await dial();
    caller.say(signin(caller, { id: "ann" }));
    await caller.next();
    const ending = request("POST", path("ann"));
    for (let n = 0; n < 200; n++) {
      caller.say(subscription(caller, "presence-room", { user_id: "ann" }));
      caller.say(signin(caller, { id: "ann" }));
    }
    await ending;
    await caller.closed;
    expect((await request("GET", "/apps/app-id/channels")).body).toEqual({ channels: {} });
    expect((await request("POST", path("ann"))).body).toMatchObject({ connections: 0 });
  });

  test("does not keep the user from connecting and signing in again", async () => {
    const { dial, request } = await serve({ transport });
    const first = await dial();
    first.say(signin(first, { id: "ann" }));
    await first.next();
    await request("POST", path("ann"));
    const second = await dial();
    second.say(signin(second, { id: "ann" }));
    expect((await second.next()).event).toBe("pusher:signin_success");
  });

  test("of a user who is not there is a success", async () => {
    const { request } = await serve({ transport });
    expect(await request("POST", path("nobody"))).toMatchObject({ status: 200, body: { connections: 0 } });
  });

  test.each(["auth0|ann", "ann@example.com", "a/b", "a b", "ż", "%41"])("works for the user id %s", async (id) => {
    const { dial, request } = await serve({ transport });
    const caller = await dial();
    caller.say(signin(caller, { id }));
    await caller.next();
    expect((await request("POST", path(id))).body).toMatchObject({ connections: 1 });
    expect((await caller.closed).code).toBe(4009);
  });

  test("of one app leaves the user of the same id in another alone", async () => {
    const other = { key: "other-key", secret: "s" };
    const { dial, request } = await serve({
      transport,
      apps: [
        { id: "app-id", ...key },
        { id: "other", ...other },
      ],
    });
    const caller = await dial("/app/other-key?protocol=7");
    caller.say(signin(caller, { id: "ann" }, other));
    await caller.next();
    expect((await request("POST", path("ann"))).body).toMatchObject({ connections: 0 });
    expect(await caller.settled()).toEqual([]);
  });

  test.each(["", "x".repeat(129), "a\u0000"])("of the id %j is refused, since no user can have it", async (id) => {
    const { request } = await serve({ transport });
    expect(await request("POST", path(id))).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining("No user") },
    });
  });
});
