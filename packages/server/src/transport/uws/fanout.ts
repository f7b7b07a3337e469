import type { TemplatedApp, WebSocket } from "uWebSockets.js";
import type { Connection } from "../../socket/connection.ts";
import type { Fanout } from "../transport.ts";
import type { Held } from "./sockets.ts";

/** The engine's own topics: they merge what is published in one turn of the event loop into one write for each socket. */
export function createFanout(app: TemplatedApp): Fanout {
  return {
    attach(connection, topic) {
      if (!connection.closed) engineSocket(connection).subscribe(topic);
    },
    detach(connection, topic) {
      if (!connection.closed) engineSocket(connection).unsubscribe(topic); // a closed one is in no topic, and throws
    },
    publish(topic, frame, except) {
      // A socket's own publish goes to everyone but itself, and to nobody at all if it is not in the topic.
      if (except && !except.closed && engineSocket(except).isSubscribed(topic)) {
        engineSocket(except).publish(topic, frame);
      } else {
        app.publish(topic, frame);
      }
    },
  };
}

/** On this transport, the Socket of every Connection is the engine's own. */
function engineSocket(connection: Connection): WebSocket<Held> {
  return connection.socket as WebSocket<Held>;
}
