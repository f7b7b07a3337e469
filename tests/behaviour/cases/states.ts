import { expect } from "vitest";
import { openServer } from "../server.ts";
import { connected, hear, next, type Plays, watch } from "../stage.ts";

export const states: Plays = {
  async "a client connects as soon as it is constructed"({ client, server }) {
    expect(client().connection.state).toBe("connecting");
    await server.next();
  },

  async "before there is a connection, the socket id is undefined"({ client }) {
    expect(client().connection.socket_id).toBeUndefined();
  },

  async "the path names the key, and the query the protocol and a version"({ client, server }) {
    client();
    const { url } = await server.next();
    expect(url).toMatch(/^\/app\/app-key\?protocol=7&client=[\w-]+&version=[\w.-]+/);
  },

  async "wsPath goes before the path"({ client, server }) {
    client({ wsPath: "/behind/a/proxy" });
    const { url } = await server.next();
    expect(url).toMatch(/^\/behind\/a\/proxy\/app\/app-key\?/);
  },

  async "state_change comes before the event of the state, which says the socket id"({ client, server }) {
    const { connection } = client();
    const heard = watch(connection, "state_change", "connected");
    const done = next(connection, "connected");
    await server.greet();
    await done;
    expect(heard).toEqual([
      ["state_change", { previous: "connecting", current: "connected" }],
      ["connected", { socket_id: "1.1" }],
    ]);
  },

  async "the state and the socket id are those of the new state when state_change is told"({ client, server }) {
    const { connection } = client();
    const change = new Promise((resolve) => {
      connection.bind("state_change", () => resolve([connection.state, connection.socket_id]));
    });
    await server.greet();
    expect(await change).toEqual(["connected", "1.1"]);
  },

  async "the event of any other state says nothing"({ client, server }) {
    const { connection } = client({ unavailableTimeout: 20 });
    const heard = watch(connection, "connecting", "unavailable", "disconnected");
    await server.next();
    await next(connection, "unavailable");
    connection.disconnect();
    connection.connect();
    expect(heard).toEqual([["unavailable"], ["disconnected"], ["connecting"]]);
  },

  async "global listeners of the connection hear every event of it"({ client, server }) {
    const { connection } = client();
    const names: string[] = [];
    connection.bind_global((name: string) => names.push(name));
    const done = next(connection, "connected");
    await server.greet();
    await done;
    expect(names.filter((name) => name !== "message")).toEqual(["state_change", "connected"]);
  },

  async "disconnect() closes the connection, and the socket id stays"(stage) {
    const [client, line] = await connected(stage);
    const heard = watch(client.connection, "state_change", "disconnected");
    client.disconnect();
    expect(client.connection.state).toBe("disconnected");
    expect(heard).toEqual([["state_change", { previous: "connected", current: "disconnected" }], ["disconnected"]]);
    expect(client.connection.socket_id).toBe("1.1");
    await line.gone;
  },

  async "disconnect() while connecting ends the attempt"({ client, server }) {
    const { connection } = client();
    const line = await server.next();
    connection.disconnect();
    expect(connection.state).toBe("disconnected");
    await line.gone;
  },

  async "disconnect() twice is told once"(stage) {
    const [client] = await connected(stage);
    const changes = hear(client.connection, "state_change");
    client.disconnect();
    client.disconnect();
    expect(changes).toHaveLength(1);
  },

  async "connect() while connecting or connected does nothing"(stage) {
    const { server } = stage;
    const client = stage.client();
    client.connect();
    const [line] = await Promise.all([server.greet(), next(client.connection, "connected")]);
    client.connect();
    expect(await line.rest()).toEqual([]);
    expect([client.connection.state, server.connections]).toEqual(["connected", 1]);
  },

  async "connect() after disconnect() opens a new connection"(stage) {
    const [client] = await connected(stage);
    client.disconnect();
    const changes = hear(client.connection, "state_change");
    const done = next(client.connection, "connected");
    client.connect();
    expect(client.connection.state).toBe("connecting");
    await stage.server.greet();
    expect(await done).toEqual({ socket_id: "2.1" });
    expect(changes).toEqual([
      [{ previous: "disconnected", current: "connecting" }],
      [{ previous: "connecting", current: "connected" }],
    ]);
  },

  async "connect() and disconnect() of the connection are those of the client"(stage) {
    const [{ connection }] = await connected(stage);
    connection.disconnect();
    const done = next(connection, "connected");
    connection.connect();
    await stage.server.greet();
    await done;
  },

  async "a client that is not welcomed in time is unavailable, and goes on trying"({ client, server }) {
    const { connection } = client({ unavailableTimeout: 20 });
    const changes = hear(connection, "state_change");
    const line = await server.next();
    await next(connection, "unavailable");
    const done = next(connection, "connected");
    line.greet();
    await done;
    expect(changes).toEqual([
      [{ previous: "connecting", current: "unavailable" }],
      [{ previous: "unavailable", current: "connected" }],
    ]);
  },

  async "where nobody listens, the client is unavailable after unavailableTimeout"(stage) {
    const { connection } = stage.client({ wsPort: await deadPort(), unavailableTimeout: 50 });
    await next(connection, "unavailable");
  },

  async "where nobody listens, no error is told"(stage) {
    const { connection } = stage.client({ wsPort: await deadPort(), unavailableTimeout: 50 });
    const errors = hear(connection, "error");
    await next(connection, "unavailable");
    expect(errors).toEqual([]);
  },
};

/** Where a server was, and is no more. */
async function deadPort(): Promise<number> {
  const server = await openServer();
  await server.close();
  return server.port;
}
