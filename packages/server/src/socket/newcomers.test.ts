import { describe, expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { serve, signin, subscribe, subscription, transports } from "../testing/serve.ts";

const app = { id: "app-id", key: "app-key", secret: "app-secret", users: { required: true, timeoutSeconds: 5 } };

describe.each(transports)("over %s, in an app that requires users", (transport) => {
  async function start(apps = [app]) {
    const clock = new FakeClock();
    const served = await serve({ transport, apps }, { clock });
    return { clock, caller: await served.dial() };
  }

  test("a connection that shows nothing in time is told so, and closed with 4009", async () => {
    const { clock, caller } = await start();
    caller.say(subscribe("news"));
    await caller.settled();
    clock.pass(4999);
    expect(await caller.settled()).toEqual([]);
    clock.pass(1);
    const message = "Sign in, or enter a private or presence channel, within 5 s of connecting";
    expect(await caller.next()).toEqual({ event: "pusher:error", data: { code: 4009, message } });
    expect(await caller.closed).toEqual({ code: 4009, reason: message });
  });

  test.each([
    ["signed in", (caller: { socketId: string }) => signin(caller, { id: "ann" })],
    ["entered a private channel", (caller: { socketId: string }) => subscription(caller, "private-room")],
    [
      "entered a presence channel",
      (caller: { socketId: string }) => subscription(caller, "presence-room", { user_id: "a" }),
    ],
  ])("one that has %s stays, even when it has left again", async (_, frame) => {
    const { clock, caller } = await start();
    caller.say(frame(caller));
    for (const channel of ["private-room", "presence-room"])
      caller.say({ event: "pusher:unsubscribe", data: { channel } });
    await caller.settled();
    clock.pass(60_000);
    expect(await caller.settled()).toEqual([]);
  });

  test("what was refused counts for nothing", async () => {
    const { clock, caller } = await start();
    caller.say({ event: "pusher:subscribe", data: { channel: "private-room", auth: "app-key:0" } });
    caller.say({ event: "pusher:signin", data: { auth: "app-key:0", user_data: '{"id":"ann"}' } });
    expect(await caller.settled()).toHaveLength(2);
    clock.pass(5000);
    expect(await caller.closed).toMatchObject({ code: 4009 });
  });

  test("the time is thirty seconds if the app says nothing else, and without end if it requires nothing", async () => {
    const { clock, caller } = await start([{ ...app, users: { required: true } as typeof app.users }]);
    clock.pass(29_999);
    await caller.settled();
    clock.pass(1);
    expect(await caller.closed).toMatchObject({ code: 4009 });

    const open = await start([{ ...app, users: { required: false } as typeof app.users }]);
    open.clock.pass(60_000);
    expect(await open.caller.settled()).toEqual([]);
  });
});
