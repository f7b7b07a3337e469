import { expect } from "vitest";
import { connected, hear, next, type Plays } from "../stage.ts";

export const connections: Plays = {
  async "a client connects as soon as it is constructed"({ client, server }) {
    expect(client().connection.state).toBe("connecting");
    await server.next();
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
    const heard: unknown[] = [];
    for (const event of ["state_change", "connected"])
      connection.bind(event, (...args: unknown[]) => void heard.push([event, ...args]));
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

  async "disconnect() closes the connection, and the socket id stays"(stage) {
    const [client, line] = await connected(stage);
    const changes = hear(client.connection, "state_change");
    client.disconnect();
    expect(client.connection.state).toBe("disconnected");
    expect(changes).toEqual([[{ previous: "connected", current: "disconnected" }]]);
    expect(client.connection.socket_id).toBe("1.1");
    await line.gone;
  },
};
