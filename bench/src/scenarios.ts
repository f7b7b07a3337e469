import { setTimeout as pause } from "node:timers/promises";
import { Generator, type Load } from "./generator.ts";
import { type Peer, type Running, signing } from "./peer.ts";
import { publishRequest } from "./request.ts";

/** One thing to measure, once, on a fresh server. */
export interface Scenario {
  readonly title: string;
  readonly unit: string;
  /** The ratio to the bare engine that may not be exceeded. */
  readonly goal: number;
  /** Who else is measured, for comparison. */
  readonly beside?: readonly Peer[];
  measure(peer: Peer, server: Running): Promise<Measurement>;
}

export interface Measurement {
  /** In the unit of the scenario. */
  readonly cost: number;
  /** The part of the window in which the server and the generator had their cores, where there is a window. */
  readonly busy?: { readonly server: number; readonly generator: number };
}

/** CPU time of the server per unit of work, in a window in which the load stays what it is. */
async function underLoad(server: Running, subscribers: number, load: Load): Promise<Measurement> {
  const generator = new Generator(server.port, subscribers, load);
  try {
    await generator.reaches("open");
    const start = await generator.reaches("start");
    const before = server.cpu();
    const end = await generator.reaches("end");
    const used = server.cpu() - before;
    await generator.reaches("verified");
    const wall = end.wall - start.wall;
    const busy = { server: used / wall, generator: (end.cpu - start.cpu) / wall };
    return { cost: used / (end.work - start.work), busy };
  } finally {
    await generator.stop();
  }
}

/** Closed loop: event k is published when every subscriber has event k - inFlight. */
function fanout(subscribers: number, inFlight: number, bytes: number): Scenario {
  return {
    title: `fan-out to ${subscribers.toLocaleString("en")}, ${inFlight} in flight, ${bytes} B`,
    unit: "µs CPU per delivery",
    goal: 1.15,
    measure(peer, server) {
      const requests = [publishRequest(peer, "bench", "x".repeat(bytes))];
      return underLoad(server, subscribers, { mode: "fanout", inFlight, requests });
    },
  };
}

/** Closed loop: each publisher publishes to the next channel when its last request was answered. */
function publishing(channels: number, publishers: number): Scenario {
  return {
    title: `publish to ${channels.toLocaleString("en")} channels of one subscriber each, ${publishers} publishers`,
    unit: "µs CPU per request",
    goal: 1.6,
    beside: [signing],
    measure(peer, server) {
      const requests = Array.from({ length: channels }, (_, index) =>
        publishRequest(peer, `bench-${index}`, "x".repeat(100)),
      );
      return underLoad(server, channels, { mode: "publish", inFlight: publishers, requests });
    },
  };
}

function idle(connections: number): Scenario {
  return {
    title: `memory of ${connections.toLocaleString("en")} idle connections with one subscription`,
    unit: "KB per connection",
    goal: 1.4,
    async measure(_peer, server) {
      const before = server.memory();
      const generator = new Generator(server.port, connections);
      try {
        await generator.reaches("open");
        await pause(500);
        return { cost: (server.memory() - before) / connections / 1024 };
      } finally {
        await generator.stop();
      }
    },
  };
}

export const scenarios: readonly Scenario[] = [fanout(1000, 4, 100), publishing(1000, 32), idle(10_000)];
