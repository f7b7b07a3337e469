import { expect } from "vitest";
import { announcedAfter, awayAfter, comesBackLater } from "../cases/closing.ts";
import { thrown } from "../cases/construction.ts";
import { throwsAtAnEvent, throwsAtDisconnect } from "../cases/throwing.ts";
import { openServer } from "../server.ts";
import { connected, hear, next } from "../stage.ts";
import type { Deviations } from "./deviation.ts";

/** Where we meant to differ in what has to do with the client and its connection. */
export const connection: Deviations = {
  "options without a cluster are refused": {
    why: "wsHost is required, and cluster is not: the client calls no host that the app did not name",
    async ours({ Client }) {
      expect(thrown(Client, "app-key", {})).toMatchObject({ message: expect.stringContaining("wsHost") });
    },
  },
  "options without a cluster are refused even where wsHost is given": {
    why: "cluster is optional",
    async ours(stage) {
      await connected(stage, { cluster: undefined });
    },
  },
  "a cluster alone is enough, and names a host of Pusher's": {
    why: "wsHost is required",
    async ours({ Client }) {
      expect(thrown(Client, "app-key", { cluster: "x" })).toMatchObject({
        message: expect.stringContaining("wsHost"),
      });
    },
  },
  "what is thrown is a string": {
    why: "it is an Error with the same words",
    async ours({ Client }) {
      expect(thrown(Client, "app-key", undefined)).toEqual(new Error("You must pass an options object"));
    },
  },
  "a client that is about to come back still reads as connected": {
    why: "it is connecting from the moment in which the connection is lost",
    async ours(stage) {
      const [{ connection }, line] = await connected(stage);
      const soon = next(connection, "connecting_in");
      line.close(4100, "later");
      await soon;
      expect(connection.state).toBe("connecting");
    },
  },
  "after a HandshakeError the client does not try again by itself": {
    why: "it tries again as after any connection that fails",
    async ours({ client, server }) {
      const { connection } = client();
      (await server.next()).sayText("nonsense");
      const done = next(connection, "connected");
      await server.greet();
      await done;
    },
  },
  "disconnect() while about to come back after 4100 is forgotten": {
    why: "a fault of pusher-js: it starts two timers, and stops one",
    async ours(stage) {
      expect(await awayAfter(stage, 4100)).toEqual(["disconnected", 1]);
    },
  },
  "a named listener of the client is called with no argument for falsy data": {
    why: "falsy data reaches listeners as it is",
    async ours(stage) {
      const [client, line] = await connected(stage);
      const heard = hear(client, "e");
      for (const data of [0, "", null, false]) line.sayText(JSON.stringify({ event: "e", data }));
      await line.rest();
      expect(heard).toEqual([[0], [""], [null], [false]]);
    },
  },
  "a listener that throws keeps those after it from being called, and its error is uncaught": {
    why: "it does not stop the others",
    async ours(stage) {
      expect(await throwsAtAnEvent(stage)).toEqual({
        heard: ["first", "last"],
        errors: [new Error("thrown by a listener")],
      });
    },
  },
  "what a listener throws while disconnect() runs is thrown by disconnect()": {
    why: "what a listener throws is reported as uncaught, wherever it was called from",
    async ours(stage) {
      expect(await throwsAtDisconnect(stage)).toEqual({
        heard: ["first", "last"],
        thrown: undefined,
        errors: [new Error("thrown by a listener")],
      });
    },
  },
  "instances keeps a client that has disconnected": {
    why: "it holds those that are connected or about to be",
    async ours(stage) {
      const [client] = await connected(stage);
      client.disconnect();
      expect(stage.Client.instances).not.toContain(client);
      const done = next(client.connection, "connected");
      client.connect();
      await stage.server.greet();
      await done;
      expect(stage.Client.instances).toContain(client);
    },
  },
  "isReady is true, and ready() connects those that are not": {
    why: "ready() connects those in instances, which are connected or about to be",
    async ours(stage) {
      const { Client } = stage as unknown as { Client: { isReady: boolean; ready(): void } };
      const [{ connection }] = await connected(stage);
      connection.disconnect();
      Client.ready();
      expect([Client.isReady, connection.state]).toEqual([true, "disconnected"]);
    },
  },
  "Runtime makes requests": {
    why: "there is no Runtime: it was for fallbacks and JSONP, which are not there either",
    async ours({ Client }) {
      expect(Client).not.toHaveProperty("Runtime");
    },
  },
};

/** The smaller differences. */
export const smallerConnection: Deviations = {
  "where nobody listens, no error is told": {
    why: "it is a WebSocketError that says what the network said",
    async ours({ client }) {
      const server = await openServer();
      await server.close();
      const error = await next(client({ wsPort: server.port }).connection, "error");
      expect(error).toMatchObject({
        type: "WebSocketError",
        error: { type: "PusherError", data: { code: 1006, message: expect.stringContaining("ECONNREFUSED") } },
      });
    },
  },
  "a client whose transports are all disabled fails at once": {
    why: "enabledTransports and disabledTransports are ignored: there is one transport",
    async ours(stage) {
      await connected(stage, { enabledTransports: [], disabledTransports: ["ws", "wss"] });
    },
  },
  "disabledTransports wins over enabledTransports": {
    why: "both are ignored",
    async ours(stage) {
      await connected(stage, { enabledTransports: ["ws"], disabledTransports: ["ws"] });
    },
  },
  "a first word without activity_timeout is a HandshakeError": {
    why: "its error is an Error with the same words",
    async ours({ client, server }) {
      const error = next(client().connection, "error");
      (await server.next()).say("pusher:connection_established", { socket_id: "1.1" });
      const words = new Error("No activity timeout specified in handshake");
      expect(await error).toEqual({ type: "HandshakeError", error: words });
    },
  },
  "a first word that is no welcome is a HandshakeError": {
    why: "its error is an Error with the same words",
    async ours({ client, server }) {
      const error = next(client().connection, "error");
      (await server.next()).say("news");
      expect(await error).toEqual({ type: "HandshakeError", error: new Error("Invalid handshake") });
    },
  },
  "a first word that is no JSON is a HandshakeError": {
    why: "its error is that of the parser, where pusher-js has an object around it",
    async ours({ client, server }) {
      const error = next(client().connection, "error");
      (await server.next()).sayText("nonsense");
      expect(await error).toEqual({ type: "HandshakeError", error: expect.any(SyntaxError) });
    },
  },
  "the error within a MessageParseError says the same, with the error of the parser": {
    why: "it is that of the parser, where pusher-js has an object around it",
    async ours(stage) {
      const [{ connection }, line] = await connected(stage);
      const errors = hear(connection, "error");
      line.sayText("nonsense");
      await line.rest();
      expect(errors).toEqual([[{ type: "MessageParseError", error: expect.any(SyntaxError), data: "nonsense" }]]);
    },
  },
  "a connection that was cut is told by one error, with the code 1006": {
    why: 'its message is "" where nobody gave a reason, and undefined in pusher-js',
    async ours(stage) {
      const [{ errors }] = await comesBackLater(stage, [1006], (line) => line.cut());
      expect(errors).toEqual([[{ type: "PusherError", data: { code: 1006, message: "" } }]]);
    },
  },
  "connecting_in is told once after 4200, and says 1": {
    why: "it is not told: the client does not wait",
    async ours(stage) {
      expect(await announcedAfter(stage, 4200)).toEqual([]);
    },
  },
  "connecting_in is told twice after 4100, and says 1": {
    why: "it is told once",
    async ours(stage) {
      expect(await announcedAfter(stage, 4100)).toHaveLength(1);
    },
  },
};
