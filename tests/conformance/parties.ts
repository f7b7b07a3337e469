import { createHandlers, Usher as UsherBackend } from "@usher/app-server";
import { toExpress } from "@usher/app-server/express";
import { Usher as UsherClient } from "@usher/client";
import express, { type Express } from "express";
import PusherBackend from "pusher";
import pusherJs, { type Options } from "pusher-js";

/** A client as the official one is; ours stands in its place. */
export type Client = import("pusher-js").default;
type ClientClass = new (key: string, options: Options) => Client;

export interface ClientKind {
  readonly title: string;
  readonly Client: ClientClass;
}

/** What of a backend's library the suite uses, as the official one has it. */
export type Backend = Pick<
  PusherBackend,
  | "authenticateUser"
  | "authorizeChannel"
  | "trigger"
  | "triggerBatch"
  | "sendToUser"
  | "terminateUserConnections"
  | "get"
>;

export interface BackendKind {
  readonly title: string;
  create(address: { host: string; port: number }): Backend;
  /** The app's own backend: knows the caller by the header x-user, and lets users into every channel but private-secret. */
  endpoints(backend: Backend): Express;
}

const app = { appId: "app-id", key: "app-key", secret: "app-secret" };

export const clientKinds: readonly ClientKind[] = [
  // Declared as an ES module, published as CommonJS: the class is the default import.
  { title: "pusher-js", Client: pusherJs as unknown as ClientClass },
  { title: "@usher/client", Client: UsherClient as unknown as ClientClass },
];

export const backendKinds: readonly BackendKind[] = [
  {
    title: "pusher",
    create: ({ host, port }) => new PusherBackend({ ...app, host, port: String(port), useTLS: false }),
    endpoints: officialEndpoints,
  },
  {
    title: "@usher/app-server",
    create: ({ host, port }) => new UsherBackend({ ...app, host, port }) as unknown as Backend,
    endpoints: ourEndpoints,
  },
];

/** As Pusher's documentation writes them. */
function officialEndpoints(backend: Backend): Express {
  const endpoints = express().use(express.urlencoded({ extended: false }));
  endpoints.post("/pusher/user-auth", (request, response) => {
    const id = request.get("x-user");
    if (!id) return void response.sendStatus(403);
    response.send(backend.authenticateUser(request.body.socket_id, { id, user_info: { name: id } }));
  });
  endpoints.post("/pusher/auth", (request, response) => {
    const { socket_id: socketId, channel_name: channel } = request.body;
    const id = request.get("x-user");
    if (!id || channel === "private-secret") return void response.sendStatus(403);
    const member = channel.startsWith("presence-") ? { user_id: id, user_info: { name: id } } : undefined;
    response.send(backend.authorizeChannel(socketId, channel, member));
  });
  return endpoints;
}

function ourEndpoints(backend: Backend): Express {
  const { userAuth, channelAuth } = createHandlers({
    usher: backend as unknown as UsherBackend,
    getAuth: async (request) => ({ userId: request.headers.get("x-user") }),
    user: ({ userId }) => ({ user_info: { name: userId } }),
    authorize: ({ auth, channel }) => channel !== "private-secret" && { user_info: { name: auth.userId } },
  });
  return express().post("/pusher/user-auth", toExpress(userAuth)).post("/pusher/auth", toExpress(channelAuth));
}
