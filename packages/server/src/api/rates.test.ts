import { describe, expect, test } from "vitest";
import { call } from "../testing/dial.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { serve, subscribe, transports } from "../testing/serve.ts";

const app = { id: "app-id", key: "app-key", secret: "app-secret" };

describe.each(transports)("over %s", (transport) => {
  test("an app that publishes more than it may hears when to try again, and nothing of it is sent", async () => {
    const clock = new FakeClock();
    const { publish } = await serve({ transport, apps: [{ ...app, limits: { eventsPerSecond: 2 } }] }, { clock });
    const event = { name: "e", channels: ["a"], data: "" };
    expect((await publish(event)).status).toBe(200);
    expect((await publish(event)).status).toBe(200);
    const refused = await publish(event);
    expect(refused).toMatchObject({
      status: 429,
      body: { error: "App app-id may do 2 of these a second (eventsPerSecond): try again in 1 s" },
    });
    expect(refused.headers.get("retry-after")).toBe("1");
    clock.pass(500);
    expect((await publish(event)).status).toBe(200);
  });

  test("an event counts for each of its channels, and a batch for each of its events", async () => {
    const clock = new FakeClock();
    const { publish, request } = await serve(
      { transport, apps: [{ ...app, limits: { eventsPerSecond: 4 } }] },
      { clock },
    );
    expect((await publish({ name: "e", channels: ["a", "b", "a"], data: "" })).status).toBe(200);
    const batch = JSON.stringify({ batch: ["a", "b"].map((channel) => ({ name: "e", channel, data: "" })) });
    const send = () => request("POST", "/apps/app-id/batch_events", { body: batch });
    expect((await send()).status).toBe(200);
    expect((await send()).status).toBe(429);
    clock.pass(500);
    expect((await send()).status).toBe(200);
  });

  test("reads are counted apart, and what is refused for another reason is not counted", async () => {
    const clock = new FakeClock();
    const limits = { readsPerSecond: 1, eventsPerSecond: 1 };
    const { publish, request } = await serve({ transport, apps: [{ ...app, limits }] }, { clock });
    for (const path of ["/channels", "/channels/a", "/channels/presence-a/users"]) {
      expect((await request("GET", "/apps/app-id/channels/a%20b")).status).toBe(400);
      expect((await request("GET", `/apps/app-id${path}`)).status).toBe(200);
      expect((await request("GET", `/apps/app-id${path}`)).status).toBe(429);
      clock.pass(1000);
    }
    expect((await publish({ name: "e", channels: [], data: "" })).status).toBe(400);
    expect((await publish({ name: "e", channels: ["a"], data: "" })).status).toBe(200);
  });

  test("ending the connections of a user is never refused for its rate", async () => {
    const limits = { readsPerSecond: 1, eventsPerSecond: 1 };
    const { request } = await serve({ transport, apps: [{ ...app, limits }] }, { clock: new FakeClock() });
    for (let n = 0; n < 5; n++) {
      expect((await request("POST", "/apps/app-id/users/ann/terminate_connections")).status).toBe(200);
    }
  });

  test("a connection that is in as many channels as it may be is refused the next, until it leaves one", async () => {
    const { dial } = await serve({ transport, apps: [{ ...app, limits: { subscriptionsPerConnection: 2 } }] });
    const caller = await dial();
    for (const channel of ["a", "b", "b", "c"]) caller.say(subscribe(channel));
    const success = { event: "pusher_internal:subscription_succeeded" };
    const refused = { event: "pusher:subscription_error", channel: "c" };
    const heard = await caller.settled();
    expect(heard).toMatchObject([success, success, success, refused]);
    expect(heard[3]?.data).toMatchObject({ code: 4100, status: 403, error: "A connection may be in 2 channels" });
    caller.say({ event: "pusher:unsubscribe", data: { channel: "a" } });
    caller.say(subscribe("c"));
    expect(await caller.settled()).toMatchObject([success]);
  });

  test("an app with as many connections as it may have refuses the next with 4004, until one goes", async () => {
    const { port, dial } = await serve({ transport, apps: [{ ...app, limits: { connections: 2 } }] });
    const [first, second] = [await dial(), await dial()];
    expect(await call(port).closed).toEqual({ code: 4004, reason: "This app has as many connections as it may have" });
    await first.hangUp();
    await second.settled();
    expect((await dial()).socketId).toMatch(/^\d+\.\d+$/);
  });
});
