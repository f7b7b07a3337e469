import { describe, expect, test } from "vitest";
import { call } from "./testing/dial.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { ask, serve, subscription, transports } from "./testing/serve.ts";

describe.each(transports)("over %s, the log", (transport) => {
  async function start() {
    const clock = new FakeClock();
    const lines: [members: object, sentence: string][] = [];
    const log = { info() {}, error() {}, warn: (...line: [object, string]) => void lines.push(line) };
    const served = await serve({ transport }, { clock, log });
    return { ...served, clock, lines };
  }

  test("has the first refusal of a kind at once, and once a minute how many more there were", async () => {
    const { clock, lines, dial } = await start();
    const caller = await dial();
    const wrong = subscription(caller, "private-room", undefined, { key: "app-key", secret: "wrong" });
    for (let n = 0; n < 4; n++) caller.say(wrong);
    await caller.settled();
    const kind = { app: "app-id", what: "pusher:subscribe", reason: "unauthorized" };
    expect(lines).toEqual([[kind, "refused"]]);
    clock.pass(60_000);
    clock.pass(60_000);
    expect(lines.slice(1)).toEqual([[{ ...kind, times: 3 }, "refused in the last minute"]]);
    caller.say(wrong);
    await caller.settled();
    expect(lines.slice(2)).toEqual([[kind, "refused"]]);
  });

  test("names connections, frames and requests by words of the server's own, and holds nothing of what was sent", async () => {
    const { port, lines, dial, request } = await start();
    await call(port, "/app/a-secret-key").closed;
    const caller = await dial();
    for (const event of ["pusher:signin", "pusher:a-secret", "client-a-secret"])
      caller.say({ event, data: "a-secret" });
    caller.say("a-secret");
    await caller.settled();
    await request("GET", "/apps/app-id/channels/a%20secret");
    await ask(port, "GET", "/apps/a-secret/channels?auth_signature=a-secret");
    expect(lines.map(([members]) => members)).toEqual([
      { app: undefined, what: "a connection", reason: "unknownApp" },
      { app: "app-id", what: "pusher:signin", reason: "malformed" },
      { app: "app-id", what: "a frame", reason: "unknownEvent" },
      { app: "app-id", what: "client-*", reason: "clientEventRejected" },
      { app: "app-id", what: "a frame", reason: "malformed" },
      { app: "app-id", what: "a request", reason: 400 },
      { app: undefined, what: "a request", reason: 404 },
    ]);
    expect(JSON.stringify(lines)).not.toContain("secret");
  });
});
