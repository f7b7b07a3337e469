import { describe, expect, test } from "vitest";
import { Caller } from "../testing/dial.ts";
import { serve, transports } from "../testing/serve.ts";

const disabled = { id: "closed", key: "closed-key", secret: "s", enabled: false };
const open = { id: "app-id", key: "app-key", secret: "app-secret" };

describe.each(transports)("a handshake over %s", (transport) => {
  test("is the first frame: a socket id and the activity timeout, encoded twice", async () => {
    const { port } = await serve({ transport });
    const caller = new Caller(`ws://127.0.0.1:${port}/app/app-key?protocol=7&client=js&version=8.6.0&flash=false`);
    const { event, data, ...rest } = await caller.next();
    expect(event).toBe("pusher:connection_established");
    expect(JSON.parse(data as string)).toEqual({
      socket_id: expect.stringMatching(/^[1-9]\d*\.[1-9]\d*$/),
      activity_timeout: 120,
    });
    expect(rest).toEqual({});
  });

  test.each(["5", "6", "7"])("is given to protocol %s", async (protocol) => {
    const { dial } = await serve({ transport });
    expect((await dial(`/app/app-key?protocol=${protocol}`)).socketId).not.toBe("");
  });

  test("is given to a client that names no protocol, as if it had said 7", async () => {
    const { dial } = await serve({ transport });
    expect((await dial("/app/app-key")).socketId).not.toBe("");
  });

  test.each([
    ["an unknown app", "/app/nobody?protocol=7", 4001, "No app has the key nobody"],
    ["a disabled app", "/app/closed-key?protocol=7", 4003, "This app is disabled"],
    ["another path", "/somewhere?protocol=7", 4005, "Connect to /app/{key}"],
    ["a path below the app", "/app/app-key/more?protocol=7", 4005, "Connect to /app/{key}"],
    ["a version that is no number", "/app/app-key?protocol=seven", 4006, "The protocol version is not a number"],
    ["a version that is too old", "/app/app-key?protocol=4", 4007, "Unsupported protocol version: use 7"],
    ["a version that is too new", "/app/app-key?protocol=8", 4007, "Unsupported protocol version: use 7"],
  ])("is refused for %s, by a frame and a close code after the upgrade", async (_, path, code, message) => {
    const { port } = await serve({ transport, apps: [open, disabled] });
    const caller = new Caller(`ws://127.0.0.1:${port}${path}`);
    expect(await caller.next()).toEqual({ event: "pusher:error", data: { code, message } });
    expect(await caller.closed).toEqual({ code, reason: expect.any(String) });
  });

  test("is refused for a key of any length, and the server stands", async () => {
    const { port, dial } = await serve({ transport });
    const caller = new Caller(`ws://127.0.0.1:${port}/app/${"k".repeat(5000)}?protocol=7`);
    const { data } = await caller.next();
    expect(data).toMatchObject({ code: 4001, message: `No app has the key ${"k".repeat(100)}…` });
    expect((await caller.closed).code).toBe(4001);
    await dial();
  });

  test("is given by any key of the app", async () => {
    const keys = [
      { key: "new-key", secret: "n" },
      { key: "old-key", secret: "o" },
    ];
    const { dial } = await serve({ transport, apps: [{ id: "app-id", keys }] });
    await dial("/app/new-key?protocol=7");
    await dial("/app/old-key?protocol=7");
  });
});
