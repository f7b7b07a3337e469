import { test, expect } from "vitest";
import { createServer, silentLog } from "@usher/server";
import Pusher from "pusher";
import PusherJs from "pusher-js";
for (const transport of ["uws","node"] as const) test("journey "+transport, async () => {
  const server = createServer({ port: 0, transport }, { log: silentLog });
  const { port } = await server.listen();
  const backend = new Pusher({ appId: "app-id", key: "app-key", secret: "app-secret", host: "127.0.0.1", port: String(port), useTLS: false });
  const client = new PusherJs("app-key", { cluster: "x", wsHost: "127.0.0.1", wsPort: port, forceTLS: false, enabledTransports: ["ws"], 
   userAuthentication: { customHandler: ({socketId}, cb) => cb(null, backend.authenticateUser(socketId, { id: "alice" })) } } as never);
  client.signin();
  await client.user.signinDonePromise;
  expect(client.user.user_data).toEqual({ id: "alice" });
  const got = new Promise((r) => client.user.bind("hello", r));
  await backend.sendToUser("alice", "hello", { a: 1 });
  expect(await got).toEqual({ a: 1 });
  const gone = new Promise((r) => client.connection.bind("error", (e: unknown) => r(e)));
  const res = await backend.terminateUserConnections("alice");
  console.log(await res.text(), JSON.stringify(await gone), client.connection.state);
  await server.close();
});
