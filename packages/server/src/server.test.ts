import { describe, expect, test } from "vitest";
import { ConfigError } from "./config.ts";
import { silentLog } from "./log.ts";
import { createServer } from "./server.ts";
import { serve, subscribe, transports } from "./testing/serve.ts";

describe.each(transports)("a server on %s", (transport) => {
  test("says where it listens and on what", async () => {
    const server = createServer({ port: 0, transport }, { log: silentLog });
    expect(await server.listen()).toEqual({ host: "127.0.0.1", port: expect.any(Number), transport });
    await server.close();
  });

  test("lives beside another one in the same process, and they do not know of each other", async () => {
    const [one, two] = [await serve({ transport }), await serve({ transport })];
    const [a, b] = [await one.dial(), await two.dial()];
    for (const caller of [a, b]) {
      caller.say(subscribe("news"));
      await caller.settled();
    }
    await one.publish({ name: "e", channels: ["news"], data: "" });
    expect(await a.settled()).toHaveLength(1);
    expect(await b.settled()).toEqual([]);
    await one.close();
    expect((await a.closed).code).toBe(4200);
    expect(await b.settled()).toEqual([]);
  });

  test("tells its clients to connect again when it closes, and can be closed twice", async () => {
    const { dial, close } = await serve({ transport });
    const caller = await dial();
    await close();
    await close();
    expect(await caller.closed).toEqual({ code: 4200, reason: "The server is shutting down: connect again" });
  });

  test("does not start on a port that is taken", async () => {
    const { port } = await serve({ transport });
    const second = createServer({ port, transport }, { log: silentLog });
    await expect(second.listen()).rejects.toMatchObject({ code: "EADDRINUSE" });
    await second.close();
  });
});

test("a configuration that is wrong is refused before anything listens", () => {
  expect(() => createServer({ transport: "tcp" as "uws" })).toThrow(ConfigError);
});
