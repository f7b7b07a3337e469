import { onTestFinished } from "vitest";
import type { Emitter } from "../emitter.ts";
import type { Options } from "../options.ts";
import { Usher } from "../usher.ts";
import { FakeEndpoint } from "./fake-endpoint.ts";
import { FakeServer, type Peer } from "./fake-server.ts";

/** A client and the two servers that it talks to, all gone when the test has ended. */
export interface Dialogue {
  readonly client: Usher;
  readonly server: FakeServer;
  readonly endpoint: FakeEndpoint;
}

/** The client is on its way to the server, and has the endpoint for both kinds of signatures. */
export async function open(options: Partial<Options> = {}, Client: typeof Usher = Usher): Promise<Dialogue> {
  const [server, endpoint] = await Promise.all([FakeServer.listen(), FakeEndpoint.listen()]);
  const auth = { endpoint: endpoint.url };
  const client = new Client("app-key", {
    wsHost: "127.0.0.1",
    wsPort: server.port,
    forceTLS: false,
    userAuthentication: auth,
    channelAuthorization: auth,
    ...options,
  });
  onTestFinished(async () => {
    client.disconnect();
    await Promise.all([server.close(), endpoint.close()]);
  });
  return { client, server, endpoint };
}

/** The same, and the server has greeted. */
export async function connected(
  options: Partial<Options> = {},
  Client: typeof Usher = Usher,
): Promise<Dialogue & { readonly peer: Peer }> {
  const dialogue = await open(options, Client);
  const peer = (await dialogue.server.accept()).greet();
  await heard(dialogue.client.connection, "connected");
  return { ...dialogue, peer };
}

/** What the event tells when it comes next. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into it
export function heard(emitter: Emitter, event: string): Promise<any> {
  return new Promise((resolve) => {
    const callback = (data: unknown): void => {
      emitter.unbind(event, callback);
      resolve(data);
    };
    emitter.bind(event, callback);
  });
}
