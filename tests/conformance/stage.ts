import { randomUUID } from "node:crypto";
import { onTestFinished, vi } from "vitest";
import { openGateway } from "../support/gateway.ts";
import { type Network, openNetwork } from "../support/network.ts";
import { serveHttp } from "../support/serve-http.ts";
import type { Backend, BackendKind, Client, ClientKind } from "./parties.ts";
import type { RunningServer } from "./servers.ts";

type Callback = Parameters<Client["bind"]>[1];

/** Something that calls back by event: a client, a channel, a user, a connection. */
interface Emitter {
  bind(event: string, callback: Callback): unknown;
}

/** A channel as the official client has it. */
export type Channel = ReturnType<Client["subscribe"]>;

/** One app for one test: its backend, its endpoints, and the clients that the test opens. */
export interface Stage {
  readonly backend: Backend;
  /** A client of the user, connecting. @param options as the client's own, over those that lead to this stage */
  client(user?: string, options?: object, key?: string): Client;
  /** A network that can be cut, for clients that are given its port as `wsPort`. */
  network(): Promise<Network>;
}

export async function setStage(
  server: RunningServer,
  { Client }: ClientKind,
  backendKind: BackendKind,
): Promise<Stage> {
  const backend = backendKind.create({
    host: "127.0.0.1",
    port: server.several ? await stay(server.port) : server.port,
  });
  const origin = await serveHttp(backendKind.endpoints(backend));
  return {
    backend,
    client(user, options = {}, key = "app-key") {
      const headers = user === undefined ? {} : { "x-user": user };
      const client = new Client(key, {
        cluster: "none",
        wsHost: "127.0.0.1",
        wsPort: server.port,
        forceTLS: false,
        enabledTransports: ["ws"],
        userAuthentication: { endpoint: `${origin}/pusher/user-auth`, transport: "ajax", headers },
        channelAuthorization: { endpoint: `${origin}/pusher/auth`, transport: "ajax", headers },
        ...options,
      });
      onTestFinished(() => client.disconnect());
      return client;
    },
    async network() {
      const network = await openNetwork(server.port);
      onTestFinished(() => network.close());
      return network;
    },
  };
}

/** A port that leads to one of the nodes behind another: events keep the order in which one node has published them. */
async function stay(port: number): Promise<number> {
  const gateway = await openGateway(port);
  onTestFinished(() => gateway.close());
  return gateway.port;
}

/** What a handler that stands in the place of an endpoint answers with, as the official client has it. */
export type Done = (error: Error | null, signed: object | null) => void;

/** A name that begins so and that nobody has used before: what a server keeps of one test is nothing to the next. */
export function fresh(prefix: string): string {
  return `${prefix}${randomUUID()}`;
}

/** Resolves with what the next such event says. */
// biome-ignore lint/suspicious/noExplicitAny: what events say is the app's affair
export function next(emitter: Emitter, event: string): Promise<any> {
  return new Promise((resolve) => {
    emitter.bind(event, (said: unknown) => resolve(said));
  });
}

/** Writes down what such events say from now on. */
export function hear(emitter: Emitter, event: string): unknown[] {
  const said: unknown[] = [];
  emitter.bind(event, (data: unknown) => said.push(data));
  return said;
}

/** Resolves once the client is connected. */
export async function connected(client: Client): Promise<Client> {
  if (client.connection.state !== "connected") await next(client.connection, "connected");
  return client;
}

/** Resolves once the client is in the channel. */
export async function subscribed(client: Client, name: string): Promise<Channel> {
  const channel = client.subscribe(name);
  if (!channel.subscribed) await next(channel, "pusher:subscription_succeeded");
  return channel;
}

/** Signs in, and resolves once the server has said yes. */
export async function signedIn(client: Client): Promise<Client> {
  const success = next(client, "pusher:signin_success");
  client.signin();
  await success;
  return client;
}

/** Resolves when the server has nothing more on its way to these clients: each has heard an event that was published now. */
export async function settled(backend: Backend, ...clients: Client[]): Promise<void> {
  const name = fresh("end-");
  const channels = await Promise.all(clients.map((client) => subscribed(client, "end-of-test")));
  const ends = channels.map((channel) => next(channel, name));
  await backend.trigger("end-of-test", name, {});
  await Promise.all(ends);
}

/** What the server's HTTP API answers. */
export async function ask(backend: Backend, path: string, params: Record<string, string> = {}): Promise<unknown> {
  return (await backend.get({ path, params })).json();
}

/** Who is in a presence channel, as a client has it. */
export interface Members {
  readonly count: number;
  readonly myID: string;
  get(id: string): unknown;
}

export function membersOf(channel: object): Members {
  return (channel as { members: Members }).members;
}

/** Where several nodes count, they know within a second what the others have. */
export function counted(expectation: () => Promise<void>): Promise<void> {
  return vi.waitFor(expectation, { timeout: 3000, interval: 50 });
}
