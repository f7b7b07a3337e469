import { afterEach, describe, expect, it, vi } from "vitest";
import manifest from "../package.json" with { type: "json" };
import * as core from "./core.ts";
import { DropIn } from "./drop-in.ts";
import DefaultUsher, * as door from "./index.ts";
import { type Options, readOptions, socketUrl } from "./options.ts";
import { connected, heard, open } from "./testing/dialogue.ts";
import { Usher } from "./usher.ts";
import { version } from "./version.ts";
import * as encrypting from "./with-encryption.ts";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  Usher.log = undefined;
  Usher.logToConsole = false;
});

describe("the door", () => {
  it("of each entry gives one class under all its names", () => {
    expect([DefaultUsher, door.Usher, door.Pusher, door["module.exports"]]).toEqual(Array(4).fill(DropIn));
    const { "module.exports": requiredCore } = core;
    expect([core.default, core.Usher, requiredCore]).toEqual(Array(3).fill(Usher));
    const { Usher: Encrypting, "module.exports": requiredEncrypting } = encrypting;
    expect([encrypting.default, encrypting.Pusher, requiredEncrypting]).toEqual(Array(3).fill(Encrypting));
    expect([Object.getPrototypeOf(Encrypting), Object.getPrototypeOf(DropIn)]).toEqual([DropIn, Usher]);
  });

  it("tells the server the version of the package", () => {
    expect(version).toBe(manifest.version);
  });
});

describe("options", () => {
  const url = (options: Partial<Options>): string => {
    const settings = readOptions("key", { wsHost: "host", ...options });
    return socketUrl(settings, settings.tls).replace(/\?.*/, "");
  };

  it.each<[Partial<Options>, string]>([
    [{}, "wss://host:443/app/key"],
    [{ forceTLS: false }, "ws://host:80/app/key"],
    [{ wssPort: 6001, wsPath: "/ws" }, "wss://host:6001/ws/app/key"],
    [{ wsPort: 0, wsPath: "", forceTLS: false, cluster: "eu" }, "ws://host:80/app/key"],
  ])("%o lead to %s", (options, expected) => {
    expect(url(options)).toBe(expected);
  });

  it("never leave TLS on a page that came by it", () => {
    vi.stubGlobal("location", { protocol: "https:" });
    expect(url({ forceTLS: false })).toMatch(/^wss:/);
    vi.stubGlobal("location", { protocol: "http:" });
    expect(url({ forceTLS: false })).toMatch(/^ws:/);
  });

  it.each<[string, string, unknown, string]>([
    ["a key", "", { wsHost: "host" }, "You must pass your app key when you instantiate Pusher."],
    ["options", "key", undefined, "You must pass an options object"],
    ["a host", "key", { cluster: "eu" }, "Options object must provide a wsHost: the host of your server"],
  ])("must hold %s", (_, key, options, message) => {
    expect(() => new Usher(key, options as Options)).toThrow(new Error(message));
  });
});

describe("listeners", () => {
  it("may all be unbound by the app without harm to the client", async () => {
    const { client, peer } = await connected();
    client.unbind_all();
    client.connection.unbind_all();
    const channel = client.subscribe("news");
    await peer.next();
    peer.send("pusher_internal:subscription_succeeded", "{}", "news");
    await heard(channel, "pusher:subscription_succeeded");
  });
});

describe("the log", () => {
  it("takes lines that tell no signatures", async () => {
    const lines: string[] = [];
    Usher.log = (line) => lines.push(line);
    const { client, endpoint, peer } = await connected();
    client.subscribe("private-x");
    (await endpoint.next()).json({ auth: "secret" });
    await peer.next();
    expect(lines).toContain("Usher : State changed : connecting -> connected");
    expect(lines).toContain("Usher : Event sent : pusher:subscribe");
    expect(lines.join()).not.toContain("secret");
  });

  it("is the console, if the app wants it there", async () => {
    const line = vi.spyOn(console, "log").mockReturnValue();
    Usher.logToConsole = true;
    await open();
    expect(line).toHaveBeenCalledWith("Usher : State changed : initialized -> connecting");
  });
});

it("is failed where the runtime has no way to open a socket", async () => {
  vi.resetModules();
  vi.doMock("#websocket", () => import("./websocket.ts"));
  vi.stubGlobal("WebSocket", undefined);
  const { Usher: Bare } = await import("./usher.ts");
  vi.doUnmock("#websocket");
  const client = new Bare("key", { wsHost: "host" });
  expect(client.connection.state).toBe("failed");
});
