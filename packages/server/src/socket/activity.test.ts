import { describe, expect, test } from "vitest";
import { FakeClock } from "../testing/fake-clock.ts";
import { serve, transports } from "../testing/serve.ts";

const seconds = 1000;

describe.each(transports)("a client over %s that is silent", (transport) => {
  test("is pinged after its own timeout and the time for a pong, and closed when it does not answer", async () => {
    const clock = new FakeClock();
    const { dial } = await serve({ transport }, { clock });
    const caller = await dial();
    clock.pass(140 * seconds);
    expect(await caller.settled()).toEqual([]); // asking was a sign of life
    clock.pass(150 * seconds);
    expect(await caller.next()).toEqual({ event: "pusher:ping", data: {} });
    clock.pass(30 * seconds);
    expect(await caller.closed).toEqual({ code: 4201, reason: "The ping was not answered in time" });
  });

  test.each([
    ["a pong", { event: "pusher:pong", data: {} }],
    ["a pong without data", { event: "pusher:pong" }],
    ["anything else", "not even JSON"],
  ])("stays when it answers with %s", async (_, answer) => {
    const clock = new FakeClock();
    const { dial } = await serve({ transport }, { clock });
    const caller = await dial();
    clock.pass(150 * seconds);
    expect((await caller.next()).event).toBe("pusher:ping");
    caller.say(answer);
    await caller.settled();
    clock.pass(140 * seconds);
    expect(await caller.settled()).toEqual([]);
  });

  test("stays when its engine pings", async () => {
    const clock = new FakeClock();
    const { dial } = await serve({ transport }, { clock });
    const [caller, witness] = [await dial(), await dial()];
    clock.pass(140 * seconds);
    caller.ping();
    // A second socket's frame, sent after the ping was answered, shows that the server has seen the ping.
    await caller.ponged();
    await witness.settled();
    clock.pass(20 * seconds);
    expect(await caller.settled()).toEqual([]);
  });
});

test("a ping of the client is answered with a pong", async () => {
  const { dial } = await serve();
  const caller = await dial();
  caller.say({ event: "pusher:ping", data: {} });
  expect(await caller.next()).toEqual({ event: "pusher:pong", data: {} });
  caller.say({ event: "pusher:ping" });
  expect(await caller.next()).toEqual({ event: "pusher:pong", data: {} });
});
