import { describe, expect, it, vi } from "vitest";
import { FakeSocket } from "./testing/fake-socket.ts";
import { change, setStage } from "./testing/stage.ts";
import { version } from "./version.ts";

vi.mock("#websocket", () => ({ openWebSocket: (url: string) => new FakeSocket(url) }));

const stage = setStage();

describe("connecting", () => {
  it("starts on construction, at the address of the protocol", () => {
    expect(stage.client.connection.state).toBe("connecting");
    expect(FakeSocket.newest.url).toBe(
      `ws://ws.example:80/app/app-key?protocol=7&client=js&version=${version}&flash=false`,
    );
  });

  it("tells the change, then the state with the socket id", () => {
    expect(stage.tell(stage.establish)).toEqual([
      change("connecting", "connected"),
      ["connected", { socket_id: "1.1" }],
    ]);
    expect(stage.client.connection.socket_id).toBe("1.1");
  });

  it("becomes unavailable after a while, and connected from there", () => {
    vi.advanceTimersByTime(9_999);
    expect(stage.client.connection.state).toBe("connecting");
    expect(stage.tell(() => vi.advanceTimersByTime(1))).toEqual([change("connecting", "unavailable"), "unavailable"]);
    stage.establish();
    expect(stage.client.connection.state).toBe("connected");
  });

  it("tries again with growing waits when there is no server", () => {
    const waits = [1_000, 2_000, 4_000, 8_000];
    vi.mocked(Math.random).mockReturnValue(0.5);
    for (const [failures, half] of waits.entries()) {
      FakeSocket.newest.end(1006);
      vi.advanceTimersByTime(999 + half);
      expect(FakeSocket.opened).toHaveLength(failures + 1);
      vi.advanceTimersByTime(1);
      expect(FakeSocket.opened).toHaveLength(failures + 2);
    }
  });

  it("gives up an attempt that gets no greeting", () => {
    const [first] = FakeSocket.opened;
    vi.advanceTimersByTime(15_000);
    expect(stage.told).toContainEqual([
      "error",
      { type: "HandshakeError", error: new Error("The server did not greet in 15 seconds") },
    ]);
    expect(first?.readyState).toBe(3);
    vi.advanceTimersByTime(1_000);
    expect(FakeSocket.opened).toHaveLength(2);
  });

  it.each([
    ["another event", "pusher:ping", {}, "Invalid handshake"],
    [
      "no activity timeout",
      "pusher:connection_established",
      { socket_id: "1.1" },
      "No activity timeout specified in handshake",
    ],
    ["no socket id", "pusher:connection_established", { activity_timeout: 1 }, "Invalid handshake"],
  ])("is a HandshakeError with %s first, and is tried again", (_, event, data, message) => {
    expect(stage.tell(() => FakeSocket.newest.say(event, data))).toEqual([
      ["error", { type: "HandshakeError", error: new Error(message) }],
      ["connecting_in", 1],
    ]);
    vi.advanceTimersByTime(1_000);
    stage.establish();
    expect(stage.client.connection.state).toBe("connected");
  });

  it("obeys a refusal that comes as the first frame", () => {
    const fault = { code: 4001, message: "No app" };
    expect(stage.tell(() => FakeSocket.newest.say("pusher:error", fault))).toEqual([
      ["error", { type: "WebSocketError", error: { type: "PusherError", data: fault } }],
      change("connecting", "disconnected"),
      "disconnected",
    ]);
  });
});

describe("a close of an established connection", () => {
  const pusherError = (code: number): unknown => ({ type: "PusherError", data: { code, message: "why" } });
  const wrapped = (code: number): unknown => ({ type: "WebSocketError", error: pusherError(code) });

  it.each([1000, 1001])("with %i is no error, and is tried again after a second", (code) => {
    stage.establish();
    expect(stage.tell(() => FakeSocket.newest.end(code, "why"))).toEqual([
      change("connected", "connecting"),
      "connecting",
      ["connecting_in", 1],
    ]);
    vi.advanceTimersByTime(1_000);
    expect(FakeSocket.opened).toHaveLength(2);
  });

  it.each([1006, 1011])("with %i is one error, and is tried again after a second", (code) => {
    stage.establish();
    const events = stage.tell(() => FakeSocket.newest.end(code, "why"));
    expect(events).toEqual([
      ["error", pusherError(code)],
      change("connected", "connecting"),
      "connecting",
      ["connecting_in", 1],
    ]);
  });

  it.each([4001, 4004, 4009, 4300])("with %i is final until connect()", (code) => {
    stage.establish();
    expect(stage.tell(() => FakeSocket.newest.end(code, "why"))).toEqual([
      ["error", pusherError(code)],
      ["error", wrapped(code)],
      change("connected", "disconnected"),
      "disconnected",
    ]);
    vi.advanceTimersByTime(600_000);
    expect(FakeSocket.opened).toHaveLength(1);
    stage.client.connect();
    expect(FakeSocket.opened).toHaveLength(2);
  });

  it("with 4100 waits for at least a second", () => {
    stage.establish();
    FakeSocket.newest.end(4100);
    vi.advanceTimersByTime(999);
    expect(FakeSocket.opened).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.opened).toHaveLength(2);
  });

  it.each([4200, 4201, 4202])("with %i connects again at once, but not for ever at once", (code) => {
    stage.establish();
    FakeSocket.newest.end(code);
    expect(FakeSocket.opened).toHaveLength(2);
    FakeSocket.newest.end(code);
    FakeSocket.newest.end(code);
    expect(FakeSocket.opened).toHaveLength(3);
  });

  it("with 4000 goes over to TLS, for good", () => {
    stage.establish();
    FakeSocket.newest.end(4000);
    expect(FakeSocket.newest.url).toMatch(/^wss:\/\/ws\.example:443\/app\//);
    stage.client.disconnect();
    stage.client.connect();
    expect(FakeSocket.newest.url).toMatch(/^wss:/);
  });
});
