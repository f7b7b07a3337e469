import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { ConfigError } from "./config/config.ts";
import { silentLog } from "./log.ts";
import { createServer } from "./server.ts";
import { serve, subscribe, transports } from "./testing/serve.ts";

describe.each(transports)("a server on %s", (transport) => {
  test("says where it listens and on what", async () => {
    const server = createServer({ port: 0, transport }, { log: silentLog });
    const apps = ["app-id"];
    expect(await server.listen()).toEqual({ host: "127.0.0.1", port: expect.any(Number), transport, apps });
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
    expect((await a.closed).code).toBe(4100);
    expect(await b.settled()).toEqual([]);
  });

  test("tells its clients to connect again when it closes, and can be closed twice", async () => {
    const { dial, close } = await serve({ transport });
    const caller = await dial();
    await close();
    await close();
    expect(await caller.closed).toEqual({ code: 4100, reason: "The server is stopping: connect again in a second" });
  });

  test("listens once", async () => {
    const server = createServer({ port: 0, transport }, { log: silentLog });
    const { port } = await server.listen();
    await expect(server.listen()).rejects.toThrow("This server listens already");
    await server.close();
    await expect(fetch(`http://127.0.0.1:${port}/ready`)).rejects.toThrow();
  });

  test("that is closed while it begins to listen does not listen", async () => {
    const server = createServer({ port: 0, transport }, { log: silentLog });
    const listening = server.listen();
    await server.close();
    const { port } = await listening;
    await expect(fetch(`http://127.0.0.1:${port}/ready`)).rejects.toThrow();
  });

  test("closes at once, however many clients do not answer the goodbye", async () => {
    const server = createServer({ port: 0, transport }, { log: silentLog });
    const { port } = await server.listen();
    const mute = await Promise.all(Array.from({ length: 30 }, () => openMute(port)));
    const started = performance.now();
    await server.close();
    expect(performance.now() - started).toBeLessThan(2000);
    for (const socket of mute) socket.destroy();
  });

  test.each([
    ["203.0.113.7", "203.0.113.7 is not an address of this machine"],
    ["no.such.invalid", "no.such.invalid is not a name of this machine"],
  ])("that is to listen on %s says in one line why it cannot", async (host, sentence) => {
    const apps = [{ id: "shop", key: "k", secret: "s" }];
    const server = createServer({ host, port: 0, transport, apps }, { log: silentLog });
    await expect(server.listen()).rejects.toThrow(sentence);
    await server.close();
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

/** A client that opens a WebSocket and never reads or says anything again. */
async function openMute(port: number): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const head =
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
  socket.write(`GET /app/app-key?protocol=7 HTTP/1.1\r\nHost: x\r\n${head}\r\n\r\n`);
  await once(socket, "data");
  socket.pause();
  return socket;
}
