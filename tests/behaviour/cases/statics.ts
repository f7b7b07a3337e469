import { expect, onTestFinished, vi } from "vitest";
import type { ClientClass } from "../parties.ts";
import { connected, next, type Plays, subscribed } from "../stage.ts";

export const statics: Plays = {
  async "instances has every client that is connected or about to be"(stage) {
    const [other] = await connected(stage);
    const connecting = stage.client();
    expect(stage.Client.instances).toEqual(expect.arrayContaining([connecting, other]));
  },

  async "instances keeps a client that has disconnected"(stage) {
    const [client] = await connected(stage);
    client.disconnect();
    expect(stage.Client.instances).toContain(client);
  },

  async "log is told what happens, one string at a time"(stage) {
    const lines = logged(stage.Client);
    const [client, line] = await connected(stage);
    line.say("e", { n: 1 });
    await line.rest();
    client.disconnect();
    expect(lines.length).toBeGreaterThan(3);
    for (const each of lines) expect(each).toEqual([expect.any(String)]);
  },

  async "every line of the log begins with Pusher"(stage) {
    const lines = logged(stage.Client);
    await connected(stage);
    expect(lines.length).toBeGreaterThan(0);
    for (const each of lines) expect(each).toEqual([expect.stringMatching(/^Pusher : /)]);
  },

  async "the log tells of the states, and of what was sent and received"(stage) {
    const lines = logged(stage.Client);
    const [client, line] = await connected(stage);
    client.subscribe("news");
    line.say("pusher_internal:subscription_succeeded", {}, { channel: "news" });
    await line.rest();
    const all = lines.flat().join("\n");
    expect(all).toContain('["State changed","connecting -> connected with new socket ID 1.1"]');
    expect(all).toContain('["Event sent",{"event":"pusher:subscribe","data":{"auth":"","channel":"news"}}]');
    expect(all).toContain(
      '["Event recd",{"event":"pusher_internal:subscription_succeeded","channel":"news","data":{}}]',
    );
  },

  async "the log tells of an event that nobody hears"(stage) {
    const lines = logged(stage.Client);
    const [client, line] = await connected(stage);
    await subscribed(client, line, "news");
    line.say("e", {}, { channel: "news" });
    await line.rest();
    expect(lines.flat().join("\n")).toContain("No callbacks on news for e");
  },

  async "the log tells of a channel that is not authorized"(stage) {
    const lines = logged(stage.Client);
    const [client] = await connected(stage);
    const error = next(client.subscribe("private-room"), "pusher:subscription_error");
    (await stage.endpoint.next()).answer(403, "no");
    await error;
    expect(lines.flat().join("\n")).toContain("received status: 403");
  },

  async "logToConsole logs to the console"(stage) {
    const { Client } = stage;
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    for (const kind of ["debug", "info"] as const) vi.spyOn(console, kind).mockImplementation(log);
    Client.logToConsole = true;
    onTestFinished(() => {
      vi.restoreAllMocks();
      quiet(Client);
    });
    await connected(stage);
    expect(log.mock.calls.flat().join("\n")).toMatch(/connecting -> connected/);
  },

  async "without log and logToConsole nothing is logged"(stage) {
    const kinds = (["log", "debug", "info", "warn", "error"] as const).map((kind) =>
      vi.spyOn(console, kind).mockImplementation(() => {}),
    );
    onTestFinished(() => void vi.restoreAllMocks());
    const [client, line] = await connected(stage);
    line.say("pusher:error", { code: 4301, message: "no" });
    line.sayText("nonsense");
    await line.rest();
    const error = next(client.subscribe("private-room"), "pusher:subscription_error");
    (await stage.endpoint.next()).answer(403, "no");
    await error;
    expect(kinds.flatMap(({ mock }) => mock.calls)).toEqual([]);
  },

  async "switchCluster connects anew with the new key, and the same host if wsHost was given"(stage) {
    const [client] = await connected(stage);
    client.switchCluster({ appKey: "other-key", cluster: "y" });
    const line = await stage.server.next();
    expect(line.url).toMatch(/^\/app\/other-key\?/);
    expect(client.key).toBe("other-key");
  },

  async "switchCluster keeps channels and listeners"(stage) {
    const [client, line] = await connected(stage);
    const channel = await subscribed(client, line, "news");
    const changes: unknown[] = [];
    client.connection.bind("state_change", (change: unknown) => changes.push(change));
    client.switchCluster({ appKey: "other-key", cluster: "y" });
    const second = await stage.server.greet();
    expect(await second.next()).toMatchObject({ event: "pusher:subscribe", data: { channel: "news" } });
    expect(client.channel("news")).toBe(channel);
    expect(changes).toEqual([
      { previous: "connected", current: "connecting" },
      { previous: "connecting", current: "connected" },
    ]);
    await line.gone;
  },
};

/** What the log is told; until the case is over. */
export function logged(Client: ClientClass): unknown[][] {
  const lines: unknown[][] = [];
  Client.log = (...said: unknown[]) => void lines.push(said);
  onTestFinished(() => quiet(Client));
  return lines;
}

/** pusher-js reads log and logToConsole when a client is constructed, and keeps them. */
function quiet(Client: ClientClass): void {
  Client.logToConsole = false;
  Client.log = undefined as unknown as typeof Client.log;
  new Client("app-key", { cluster: "", wsHost: "127.0.0.1", enabledTransports: [] }).disconnect();
}
