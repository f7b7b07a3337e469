import { onTestFinished } from "vitest";
import { type Endpoint, openEndpoint } from "./endpoint.ts";
import { within } from "./inbox.ts";
import type { Client, ClientClass } from "./parties.ts";
import { type Line, openServer, type Server } from "./server.ts";

/** One app for one case: a server and an endpoint that do nothing by themselves, and the clients that the case opens. */
export interface Stage {
  readonly Client: ClientClass;
  /** A client, connecting. @param options over those that lead to this stage; undefined takes one away */
  client(options?: object): Client;
  readonly server: Server;
  readonly endpoint: Endpoint;
}

/** Sentences and their dialogues. */
export type Plays = Readonly<Record<string, (stage: Stage) => Promise<void>>>;

export async function setStage(Client: ClientClass): Promise<Stage> {
  const [server, endpoint] = await Promise.all([openServer(), openEndpoint()]);
  onTestFinished(async () => {
    await Promise.all([server.close(), endpoint.close()]);
  });
  return {
    Client,
    server,
    endpoint,
    client(options) {
      const all = Object.entries({ ...optionsOf({ server, endpoint }), ...options });
      const given = Object.fromEntries(all.filter(([, value]) => value !== undefined));
      const client = new Client("app-key", given as ReturnType<typeof optionsOf>);
      onTestFinished(() => client.disconnect());
      return client;
    },
  };
}

/** The options that lead a client to this stage. */
export function optionsOf({ server, endpoint }: Pick<Stage, "server" | "endpoint">) {
  return {
    cluster: "x",
    wsHost: "127.0.0.1",
    wsPort: server.port,
    forceTLS: false,
    enabledTransports: ["ws" as const],
    channelAuthorization: { endpoint: `${endpoint.url}/channel`, transport: "ajax" as const },
    userAuthentication: { endpoint: `${endpoint.url}/user`, transport: "ajax" as const },
  };
}

/** Something that calls back by event: a client, a channel, a user, a connection. */
interface Emitter {
  // biome-ignore lint/suspicious/noExplicitAny: what events say is the app's affair
  bind(event: string, callback: (...said: any[]) => void): unknown;
}

/** Resolves with what the next such event says. */
// biome-ignore lint/suspicious/noExplicitAny: what events say is the app's affair
export function next(emitter: Emitter, event: string): Promise<any> {
  return within(event, new Promise((resolve) => void emitter.bind(event, resolve)));
}

/** Writes down what such events say from now on, all of their arguments. */
export function hear(emitter: Emitter, event: string): unknown[][] {
  const said: unknown[][] = [];
  emitter.bind(event, (...args) => void said.push(args));
  return said;
}

/** Writes down these events from now on, in their order: their names, and all of their arguments. */
export function watch(emitter: Emitter, ...events: readonly string[]): unknown[][] {
  const said: unknown[][] = [];
  for (const event of events) emitter.bind(event, (...args) => void said.push([event, ...args]));
  return said;
}

/** A client that is connected, and the server's end of its line. */
export async function connected(stage: Stage, options?: object): Promise<[Client, Line]> {
  const client = stage.client(options);
  const [line] = await Promise.all([stage.server.greet(), next(client.connection, "connected")]);
  return [client, line];
}

/** A channel as the official client has it. */
export type Channel = ReturnType<Client["subscribe"]>;

/** Lets the client into a channel that it subscribes to; what was signed for it has gone to the server. */
export async function subscribed(client: Client, line: Line, name: string, data: object = {}): Promise<Channel> {
  const channel = client.subscribe(name);
  await line.next();
  const success = next(channel, "pusher:subscription_succeeded");
  line.say("pusher_internal:subscription_succeeded", data, { channel: name });
  await success;
  return channel;
}
