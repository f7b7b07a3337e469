import type { Connection } from "../../socket/connection.ts";
import type { Fanout } from "../transport.ts";

/** Topics for an engine that has none: who is attached to what, and a loop. */
export function createTopics(): Fanout {
  const attached = new Map<string, Set<Connection>>();
  return {
    attach(connection, topic) {
      const connections = attached.get(topic);
      if (connections) connections.add(connection);
      else attached.set(topic, new Set([connection]));
    },
    detach(connection, topic) {
      const connections = attached.get(topic);
      connections?.delete(connection);
      if (connections?.size === 0) attached.delete(topic);
    },
    publish(topic, frame, except) {
      for (const connection of attached.get(topic) ?? []) {
        if (connection !== except) connection.send(frame);
      }
    },
  };
}
