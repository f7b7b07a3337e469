import { afterEach, beforeEach, expect, vi } from "vitest";
import { Usher } from "../usher.ts";
import { FakeSocket } from "./fake-socket.ts";

/** A client on a clock, sockets and a network of the test's own. The test file has to mock `#websocket` with `FakeSocket`. */
export interface Stage {
  client: Usher;
  /** What the connection has emitted, but for its frames: names, with the data where there is some. */
  told: unknown[];
  /** The network of the device. */
  readonly network: EventTarget;
  /** What the connection emits meanwhile. */
  tell(act: () => void): unknown[];
  /** The server greets the newest socket. */
  establish(): FakeSocket;
}

/** Sets the stage for each test of the file, and sees to it that a client that was disconnected has left no timer. */
export function setStage(): Stage {
  const network = new EventTarget();
  const stage: Stage = {
    client: undefined as unknown as Usher, // there before each test
    told: [],
    network,
    tell(act) {
      stage.told = [];
      act();
      return stage.told;
    },
    establish() {
      FakeSocket.newest.greet();
      return FakeSocket.newest;
    },
  };
  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(Math, "random").mockReturnValue(0);
    vi.stubGlobal("addEventListener", network.addEventListener.bind(network));
    vi.stubGlobal("removeEventListener", network.removeEventListener.bind(network));
    FakeSocket.opened.length = 0;
    stage.told = [];
    stage.client = new Usher("app-key", { wsHost: "ws.example", forceTLS: false });
    stage.client.connection.bind_global((event, data) => {
      if (event !== "message") stage.told.push(data === undefined ? event : [event, data]);
    });
  });
  afterEach(() => {
    stage.client.disconnect();
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
    vi.unstubAllGlobals();
    vi.restoreAllMocks();
  });
  return stage;
}

/** A change of state, as the connection tells it. */
export function change(previous: string, current: string): unknown {
  return ["state_change", { previous, current }];
}
