import { createHandlers, Usher as UsherBackend } from "@usher/app-server";
import { toExpress } from "@usher/app-server/express";
import { Usher as UsherClient } from "@usher/client/with-encryption";
import express, { type Express } from "express";
import PusherBackend from "pusher";
import pusherJs, { type Options } from "pusher-js";
import pusherJs7 from "pusher-js-7";
import { type Lack, noMasterKey, noSigninError } from "./lacks.ts";

/** A client as the official one is; ours stands in its place. */
export type Client = import("pusher-js").default;
type ClientClass = new (key: string, options: Options) => Client;

export interface ClientKind {
  readonly title: string;
  readonly Client: ClientClass;
  readonly lacks: readonly Lack[];
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
  readonly lacks: readonly Lack[];
  create(address: { host: string; port: number }): Backend;
  /** The app's own backend: knows the caller by the header x-user, and lets users into every channel but private-secret. */
  endpoints(backend: Backend): Express;
}

const app = { appId: "app-id", key: "app-key", secret: "app-secret" };
const encryptionMasterKeyBase64 = Buffer.alloc(32, "the master key of the app").toString("base64");

// Declared as ES modules, published as CommonJS: the class is the default import. In Node both are the builds with encryption.
/** The official client. */
export const officialClient: ClientKind = {
  title: "pusher-js 8.6",
  Client: pusherJs as unknown as ClientClass,
  lacks: [],
};

export const clientKinds: readonly ClientKind[] = [
  officialClient,
  { title: "pusher-js 7.6", Client: pusherJs7 as unknown as ClientClass, lacks: [noSigninError] },
  { title: "@usher/client", Client: UsherClient as unknown as ClientClass, lacks: [] },
];

/** The official library of backends. */
export const officialBackend: BackendKind = {
  title: "pusher",
  lacks: [],
  create({ host, port }) {
    return new PusherBackend({ ...app, host, port: String(port), useTLS: false, encryptionMasterKeyBase64 });
  },
  endpoints: officialEndpoints,
};

export const backendKinds: readonly BackendKind[] = [
  officialBackend,
  {
    title: "@usher/app-server",
    lacks: [noMasterKey],
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
