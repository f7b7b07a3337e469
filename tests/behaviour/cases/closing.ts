import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { expect, onTestFinished } from "vitest";
import type { Line } from "../server.ts";
import { connected, hear, next, type Plays, type Stage, watch } from "../stage.ts";

export const closing: Plays = {
  async "after 4200 to 4299 the client comes back at once"(stage) {
    for (const code of [4200, 4201, 4299]) {
      const [client, line] = await connected(stage);
      const start = Date.now();
      const back = next(client.connection, "connected");
      line.close(code, "come back");
      await stage.server.greet();
      await back;
      expect(Date.now() - start).toBeLessThan(500);
    }
  },

  async "who comes back has a new socket id, and was connecting in between"(stage) {
    const [client, line] = await connected(stage);
    const changes = hear(client.connection, "state_change");
    const back = next(client.connection, "connected");
    line.close(4200, "come back");
    await stage.server.greet();
    expect(await back).toEqual({ socket_id: "2.1" });
    expect(changes).toEqual([
      [{ previous: "connected", current: "connecting" }],
      [{ previous: "connecting", current: "connected" }],
    ]);
  },

  async "after 4100 to 4199 the client comes back in a second or more, and says connecting_in"(stage) {
    await comesBackLater(stage, [4100, 4199], (line, code) => line.close(code));
  },

  async "after 1000, 1001, 1011 and 3000 the client comes back in a second or more, and says connecting_in"(stage) {
    await comesBackLater(stage, [1000, 1001, 1011, 3000], (line, code) => line.close(code));
  },

  async "connecting_in is told once after 4200, and says 1"(stage) {
    expect(await announcedAfter(stage, 4200)).toEqual([[1]]);
  },

  async "connecting_in is told twice after 4100, and says 1"(stage) {
    expect(await announcedAfter(stage, 4100)).toEqual([[1], [1]]);
  },

  async "connecting_in is told once after 1000"(stage) {
    expect(await announcedAfter(stage, 1000)).toHaveLength(1);
  },

  async "a client that comes back and is not welcomed in time is unavailable"(stage) {
    const [{ connection }, line] = await connected(stage, { unavailableTimeout: 50 });
    const changes = hear(connection, "state_change");
    line.close(4200);
    await stage.server.next();
    await next(connection, "unavailable");
    expect(changes).toEqual([
      [{ previous: "connected", current: "connecting" }],
      [{ previous: "connecting", current: "unavailable" }],
    ]);
  },

  async "after a connection that was cut the client comes back in a second or more, and says connecting_in"(stage) {
    await comesBackLater(stage, [1006], (line) => line.cut());
  },

  async "a client that is about to come back still reads as connected"(stage) {
    const [client, line] = await connected(stage);
    const soon = next(client.connection, "connecting_in");
    line.close(4100, "later");
    await soon;
    expect(client.connection.state).toBe("connected");
  },

  async "disconnect() while about to come back keeps the client away"(stage) {
    expect(await awayAfter(stage, 1000)).toEqual(["disconnected", 1]);
  },

  async "disconnect() while about to come back after 4100 is forgotten"(stage) {
    expect(await awayAfter(stage, 4100)).toEqual(["connecting", 2]);
  },

  async "after 4001 to 4099, and 4300 and more, the client is disconnected until connect()"(stage) {
    for (const code of [4001, 4004, 4009, 4099, 4300, 4999]) {
      const [client, line] = await connected(stage);
      const heard = watch(client.connection, "error", "state_change", "disconnected", "connecting_in");
      const gone = next(client.connection, "disconnected");
      line.close(code, "no");
      await gone;
      expect(heard.slice(-2)).toEqual([
        ["state_change", { previous: "connected", current: "disconnected" }],
        ["disconnected"],
      ]);
      expect(heard.map(([event]) => event)).not.toContain("connecting_in");
      const back = next(client.connection, "connected");
      client.connect();
      await stage.server.greet();
      await back;
    }
  },

  async "a code of 4000 and more is told by two errors: of the server, and of the socket about it"(stage) {
    for (const code of [4004, 4100, 4200, 4300]) {
      const [client, line] = await connected(stage);
      const errors = hear(client.connection, "error");
      const told = next(client.connection, "error");
      line.close(code, "because");
      await told;
      client.disconnect();
      const error = { type: "PusherError", data: { code, message: "because" } };
      expect(errors).toEqual([[error], [{ type: "WebSocketError", error }]]);
    }
  },

  async "1002 and 1003 are told by two errors, and the client comes back in a second or more"(stage) {
    const clients = await comesBackLater(stage, [1002, 1003], (line, code) => line.close(code, "because"));
    for (const { code, errors } of clients) {
      const error = { type: "PusherError", data: { code, message: "because" } };
      expect(errors).toEqual([[error], [{ type: "WebSocketError", error }]]);
    }
  },

  async "1011 and 3000 are told by one error"(stage) {
    const clients = await comesBackLater(stage, [1011, 3000], (line, code) => line.close(code, "because"));
    for (const { code, errors } of clients) {
      expect(errors).toEqual([[{ type: "PusherError", data: { code, message: "because" } }]]);
    }
  },

  async "1000 and 1001 are no error"(stage) {
    const clients = await comesBackLater(stage, [1000, 1001], (line, code) => line.close(code));
    for (const { errors } of clients) expect(errors).toEqual([]);
  },

  async "a connection that was cut is told by one error, with the code 1006"(stage) {
    const [{ errors }] = await comesBackLater(stage, [1006], (line) => line.cut());
    expect(errors).toEqual([[{ type: "PusherError", data: { code: 1006 } }]]);
  },

  async "after 4000 the client comes back at once by TLS"(stage) {
    const secure = createServer();
    secure.listen(0, "127.0.0.1");
    await once(secure, "listening");
    onTestFinished(() => void secure.close());
    const [client, line] = await connected(stage, { wssPort: (secure.address() as AddressInfo).port });
    const called = once(secure, "connection");
    line.close(4000, "TLS only");
    const [socket] = await called;
    const [hello] = await once(socket, "data");
    expect(hello[0]).toBe(0x16); // a handshake of TLS
    expect(client.connection.isUsingTLS()).toBe(true);
    client.disconnect();
    socket.destroy();
  },
};

interface Return {
  readonly code: number;
  readonly errors: unknown[][];
}

/** What connecting_in says from the end of one connection to the next one. */
export async function announcedAfter(stage: Stage, code: number): Promise<unknown[][]> {
  const [{ connection }, line] = await connected(stage);
  const announced = hear(connection, "connecting_in");
  const done = next(connection, "connected");
  line.close(code);
  await stage.server.greet();
  await done;
  return announced;
}

/** The state, and how many connections there were, two seconds after the client was sent away so and has disconnected. */
export async function awayAfter(stage: Stage, code: number): Promise<[string, number]> {
  const [client, line] = await connected(stage);
  const soon = next(client.connection, "connecting_in");
  line.close(code, "later");
  await soon;
  client.disconnect();
  await setTimeout(3500); // longer than any client waits before it comes back
  return [client.connection.state, stage.server.connections];
}

/** All at the same time: each waits for more than a second. */
export async function comesBackLater(
  stage: Stage,
  codes: readonly [number, ...number[]],
  end: (line: Line, code: number) => void,
): Promise<[Return, ...Return[]]> {
  const returns: Return[] = [];
  const backs: Promise<unknown>[] = [];
  for (const code of codes) {
    const [client, line] = await connected(stage);
    const errors = hear(client.connection, "error");
    const announced = hear(client.connection, "connecting_in");
    const start = Date.now();
    const back = next(client.connection, "connected").then(() => {
      expect(Date.now() - start).toBeGreaterThan(900);
      expect(announced[0]).toEqual([expect.toSatisfy((seconds: number) => seconds >= 1 && seconds <= 4)]);
    });
    returns.push({ code, errors });
    backs.push(back);
    end(line, code);
  }
  for (const _ of codes) await stage.server.greet();
  await Promise.all(backs);
  return returns as [Return, ...Return[]];
}
