import { setTimeout as pause } from "node:timers/promises";
import { type Peer, Running } from "./peer.ts";
import { Publisher, publishRequest } from "./publisher.ts";
import { openSockets } from "./sockets.ts";

/** One thing to measure, once, on a fresh server. */
export interface Scenario {
  readonly title: string;
  readonly unit: string;
  /** The ratio to the bare engine that may not be exceeded. */
  readonly goal: number;
  measure(peer: Peer, server: Running): Promise<number>;
}

const warmup = Number(process.env["BENCH_WARMUP"] ?? 700);
const window = 2000;

/** CPU time of the server per unit of work that was done while the window was open, in microseconds. */
async function cpuPer(server: Running, done: () => number): Promise<number> {
  await pause(warmup);
  const [cpu, work] = [server.cpu(), done()];
  await pause(window);
  return (server.cpu() - cpu) / (done() - work);
}

/** Closed loop: event k is published when every subscriber has event k - inFlight. */
function fanout(subscribers: number, inFlight: number, bytes: number): Scenario {
  return {
    title: `fan-out to ${subscribers.toLocaleString("en")}, ${inFlight} in flight, ${bytes} B`,
    unit: "µs CPU per delivery",
    goal: 1.15,
    async measure(peer, server) {
      const sockets = await openSockets(server.port, subscribers, () => "bench");
      const publishers = Array.from({ length: inFlight }, () => new Publisher(server.port));
      const request = publishRequest(peer, "bench", bytes);
      const greetings = sockets[0]?.received ?? 0;
      let published = 0;
      let deliveries = 0;
      let stopped = false;
      const complete: number[] = [];
      const publish = (): void => publishers[published++ % inFlight]?.publish(request);
      for (const socket of sockets) {
        socket.onFrame = () => {
          deliveries++;
          const event = socket.received - greetings - 1;
          complete[event] = (complete[event] ?? 0) + 1;
          if (complete[event] === subscribers && !stopped) publish();
        };
      }
      for (let event = 0; event < inFlight; event++) publish();
      const cost = await cpuPer(server, () => deliveries);
      stopped = true;
      await pause(200);
      if (deliveries !== published * subscribers) throw new Error(`${published * subscribers - deliveries} deliveries were lost`);
      await Promise.all([...sockets, ...publishers].map((end) => end.close()));
      return cost;
    },
  };
}

function publishing(channels: number, publisherCount: number): Scenario {
  return {
    title: `publish to ${channels.toLocaleString("en")} channels of one subscriber each, ${publisherCount} publishers`,
    unit: "µs CPU per request",
    goal: 1.6,
    async measure(peer, server) {
      const sockets = await openSockets(server.port, channels, (index) => `bench-${index}`);
      const requests = sockets.map((_, index) => publishRequest(peer, `bench-${index}`, 100));
      const publishers = Array.from({ length: publisherCount }, () => new Publisher(server.port));
      let answered = 0;
      let next = 0;
      for (const publisher of publishers) {
        const publish = (): void => publisher.publish(requests[next++ % channels] as Buffer);
        publisher.onAnswer = () => {
          answered++;
          publish();
        };
        publish();
      }
      const cost = await cpuPer(server, () => answered);
      await Promise.all([...sockets, ...publishers].map((end) => end.close()));
      return cost;
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
      const sockets = await openSockets(server.port, connections, () => "bench");
      await pause(500);
      const perConnection = (server.memory() - before) / connections / 1024;
      await Promise.all(sockets.map((socket) => socket.close()));
      return perConnection;
    },
  };
}

export const scenarios: readonly Scenario[] = [fanout(1000, 4, 100), publishing(1000, 32), idle(10_000)];
