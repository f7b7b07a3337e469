import { describe, expect, it, vi } from "vitest";
import { FakeSocket } from "./testing/fake-socket.ts";
import { change, setStage } from "./testing/stage.ts";

vi.mock("#websocket", () => ({ openWebSocket: (url: string) => new FakeSocket(url) }));

const stage = setStage();

describe("a living connection", () => {
  it("has two timers: for its heartbeat, and for the sleep of the device", () => {
    stage.establish();
    expect(vi.getTimerCount()).toBe(2);
  });

  it("pings after the server's activity timeout, if that is the shorter one, and connects again without an answer", () => {
    FakeSocket.newest.greet(30);
    const socket = FakeSocket.newest;
    vi.advanceTimersByTime(30_000);
    expect(socket.sent).toEqual(['{"event":"pusher:ping","data":{}}']);
    vi.advanceTimersByTime(30_000);
    expect(socket.readyState).toBe(3);
    expect(FakeSocket.opened).toHaveLength(2);
  });

  it("pings after its own activity timeout, if that is the shorter one", () => {
    FakeSocket.newest.greet(3_600);
    vi.advanceTimersByTime(119_999);
    expect(FakeSocket.newest.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.newest.sent).toHaveLength(1);
  });

  it("answers a ping, and takes any frame as a sign of life", () => {
    const socket = stage.establish();
    vi.advanceTimersByTime(119_000);
    socket.say("pusher:ping", {});
    vi.advanceTimersByTime(119_000);
    expect(socket.sent).toEqual(['{"event":"pusher:pong","data":{}}']);
  });

  it("stays when the server complains, and tells of it", () => {
    const global = vi.fn();
    stage.client.bind("pusher:error", global);
    stage.establish();
    const data = { code: 4301, message: "Too fast" };
    expect(stage.tell(() => FakeSocket.newest.say("pusher:error", data))).toEqual([
      ["error", { type: "PusherError", data }],
    ]);
    expect(global).toHaveBeenCalledWith(data);
    expect(stage.client.connection.state).toBe("connected");
  });

  it("drops a frame that is none", () => {
    stage.establish();
    const events = stage.tell(() => FakeSocket.newest.onmessage?.({ data: "{" }));
    expect(events).toEqual([["error", { type: "MessageParseError", error: expect.any(SyntaxError), data: "{" }]]);
    expect(stage.client.connection.state).toBe("connected");
  });

  it("tells of every frame, decoded", () => {
    const message = vi.fn();
    stage.client.connection.bind("message", message);
    stage.establish().say("news", '{"a":1}');
    expect(message.mock.calls).toEqual([[{ event: "news", data: { a: 1 } }]]);
  });

  it("does not send on a socket that is closing", () => {
    stage.establish().readyState = 2;
    expect(stage.client.send_event("client-x", {})).toBe(false);
  });
});

describe("disconnect()", () => {
  it("ends the socket, and nothing that it says afterwards is heard", () => {
    const socket = stage.establish();
    expect(stage.tell(() => stage.client.disconnect())).toEqual([change("connected", "disconnected"), "disconnected"]);
    expect(socket.readyState).toBe(3);
    expect(socket.onmessage).toBeNull();
    expect(socket.onclose).toBeNull();
    expect(stage.client.connection.socket_id).toBe("1.1");
  });

  it("holds, also when it is called from a listener of the change", () => {
    stage.client.connection.bind("state_change", () => stage.client.disconnect());
    stage.establish();
    expect(stage.client.connection.state).toBe("disconnected");
    expect(FakeSocket.newest.readyState).toBe(3);
    expect(stage.told).not.toContainEqual(["connected", expect.anything()]);
  });

  it("holds, also when it is called from a listener of the error that ends the connection", () => {
    stage.client.connection.bind("error", () => stage.client.disconnect());
    stage.establish().end(1006);
    expect(stage.client.connection.state).toBe("disconnected");
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.opened).toHaveLength(1);
  });

  it("and connect(), from a listener of the error that ends the connection, make one new attempt", () => {
    const again = (): void => {
      stage.client.disconnect();
      stage.client.connect();
    };
    stage.client.connection.bind("error", again);
    stage.establish().end(1006);
    stage.client.connection.unbind("error", again);
    expect(FakeSocket.opened).toHaveLength(2);
    expect(FakeSocket.newest.readyState).toBe(1);
    stage.establish();
    expect(stage.client.connection.state).toBe("connected");
  });

  it("can be followed by connect() from a listener", () => {
    stage.client.connection.bind("disconnected", () => stage.client.connect());
    stage.establish();
    stage.client.disconnect();
    stage.client.connection.unbind("disconnected");
    expect(stage.client.connection.state).toBe("connecting");
    expect(FakeSocket.opened).toHaveLength(2);
    stage.establish();
    expect(stage.client.connection.state).toBe("connected");
  });
});

it("connects at once when it is told to, though it waits to come back", () => {
  FakeSocket.newest.end(1006);
  expect(FakeSocket.opened).toHaveLength(1);
  stage.client.connect();
  expect(FakeSocket.opened).toHaveLength(2);
  stage.client.connect();
  expect(FakeSocket.opened).toHaveLength(2);
});

describe("the device", () => {
  it.each(["online", "offline", "pageshow", "visibilitychange"])(
    "says %s: the client does not wait any longer",
    (event) => {
      FakeSocket.newest.end(1006);
      expect(FakeSocket.opened).toHaveLength(1);
      stage.network.dispatchEvent(new Event(event));
      expect(FakeSocket.opened).toHaveLength(2);
      vi.advanceTimersByTime(10_000);
      expect(stage.client.connection.state).toBe("unavailable");
      stage.network.dispatchEvent(new Event(event));
      expect(stage.client.connection.state).toBe("connecting");
    },
  );

  it.each(["online", "offline", "pageshow", "visibilitychange"])(
    "says %s: the client asks for a sign of life at once, and connects again if there is none in 5 seconds",
    (event) => {
      const socket = stage.establish();
      stage.network.dispatchEvent(new Event(event));
      expect(socket.sent).toEqual(['{"event":"pusher:ping","data":{}}']);
      vi.advanceTimersByTime(4_999);
      expect(stage.client.connection.state).toBe("connected");
      vi.advanceTimersByTime(1);
      expect(stage.client.connection.state).toBe("connecting");
    },
  );

  it("has slept: the client asks for a sign of life", () => {
    const socket = stage.establish();
    vi.advanceTimersByTime(60_000);
    expect(socket.sent).toEqual([]);
    vi.setSystemTime(Date.now() + 100_000);
    vi.advanceTimersByTime(5_000);
    expect(socket.sent).toEqual(['{"event":"pusher:ping","data":{}}']);
  });

  it("is nothing to a client that was disconnected", () => {
    const remove = vi.spyOn(globalThis, "removeEventListener");
    stage.client.disconnect();
    expect(remove.mock.calls.map(([event]) => event)).toEqual(["online", "offline", "pageshow", "visibilitychange"]);
    stage.network.dispatchEvent(new Event("online"));
    expect(FakeSocket.opened).toHaveLength(1);
  });
});
