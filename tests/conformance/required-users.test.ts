import { expect, onTestFinished, test } from "vitest";
import { officialBackend, officialClient } from "./parties.ts";
import { uwsServer } from "./servers.ts";
import { hear, next, setStage, settled, signedIn, subscribed } from "./stage.ts";

// On the server's own clock, which looks once in a second: here alone, for one client of one server.
test("in an app that requires users, who has shown none in time is sent away with 4009, and nobody else", async () => {
  const server = await uwsServer.start({ users: { required: true, timeoutSeconds: 1 } });
  onTestFinished(() => server.close());
  const { client, backend } = await setStage(server, officialClient, officialBackend);
  const user = await signedIn(client("ann"));
  const [member, refused] = [client("bob"), client("bob")];
  await subscribed(member, "private-room");
  refused.subscribe("private-secret");
  const reader = client();
  await subscribed(reader, "news");

  const strangers = [client(), reader, refused];
  const errors = strangers.map(({ connection }) => hear(connection, "error"));
  await Promise.all(strangers.map(({ connection }) => next(connection, "disconnected")));
  for (const said of errors) expect(JSON.stringify(said)).toContain("4009");
  await settled(backend, user, member);
  for (const { connection } of [user, member]) expect(connection.state).toBe("connected");
  for (const { connection } of strangers) expect(connection.state).toBe("disconnected");
});
