import { describe, expect, test } from "vitest";
import { call } from "./testing/dial.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { ask, serve, transports } from "./testing/serve.ts";

describe.each(transports)("over %s, a server that stops", (transport) => {
  test("tells a hundred clients at once to connect again, with a close frame", async () => {
    const { dial, close } = await serve({ transport }, { clock: new FakeClock() });
    const callers = await Promise.all(Array.from({ length: 100 }, () => dial()));
    await close();
    const goodbyes = await Promise.all(callers.map(({ closed }) => closed));
    expect(new Set(goodbyes.map(({ code, reason }) => `${code} ${reason}`))).toEqual(
      new Set(["4100 The server is stopping: connect again in a second"]),
    );
  });

  test("sends more than a hundred away evenly over its time, and takes no new ones meanwhile", async () => {
    const clock = new FakeClock();
    const { port, dial, close } = await serve({ transport, drainSeconds: 1 }, { clock });
    const callers = await Promise.all(Array.from({ length: 250 }, () => dial()));
    let gone = 0;
    for (const { closed } of callers) void closed.then(() => gone++);
    const closing = close();
    await Promise.all(callers.slice(0, 100).map(({ closed }) => closed));
    expect(await callers[249]?.settled()).toEqual([]);
    expect(gone).toBe(100);

    expect(await ask(port, "GET", "/ready")).toMatchObject({ status: 503, body: { error: "The server is stopping" } });
    expect(await call(port).closed).toMatchObject({ code: 4100 });

    clock.pass(100);
    await Promise.all(callers.slice(100, 200).map(({ closed }) => closed));
    expect(await callers[249]?.settled()).toEqual([]);
    expect(gone).toBe(200);
    clock.pass(100);
    await closing;
    expect(await callers[249]?.closed).toMatchObject({ code: 4100 });
    expect(clock.timers).toBe(0);
  });
});
