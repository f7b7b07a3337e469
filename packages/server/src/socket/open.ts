import { randomInt } from "node:crypto";
import { type ErrorName, encodeServerFrame, errors, limits } from "@usher/protocol";
import { type App, exceeds } from "../apps/app.ts";
import type { Core } from "../core.ts";
import { Connection, type Socket } from "./connection.ts";

/** Half of a socket id: 48 random bits, and exact as a number in every client. */
const idPart = 2 ** 48 - 1;

/**
 * A client opened a socket: `/app/{key}?protocol=7&...`.
 *
 * A refusal comes after the upgrade, as a frame and a close code: browsers show neither status nor body of a failed upgrade,
 * and their clients would try again for ever.
 *
 * @see docs/protocol.md, 1.1
 * @returns `undefined` if it was refused
 */
export function open(core: Needs, socket: Socket, handshake: Handshake): Connection | undefined {
  const app = appFor(core, handshake);
  return "reason" in app ? refuse(core, socket, app) : welcome(core, socket, app);
}

type Needs = Pick<Core, "apps" | "hub" | "newcomers" | "refusals" | "readiness">;

interface Handshake {
  readonly path: string;
  readonly query: string;
}

interface Refused {
  readonly reason: ErrorName;
  /** The table's own if none is given. */
  readonly message?: string;
  /** The id of the app, where it is known. */
  readonly app?: string;
}

function appFor({ apps, hub, readiness }: Needs, { path, query }: Handshake): App | Refused {
  const key = /^\/app\/([^/]+)\/?$/.exec(path)?.[1];
  if (key === undefined) return { reason: "unknownPath" };
  const version = new URLSearchParams(query).get("protocol") ?? "7";
  if (!/^\d+$/.test(version)) return { reason: "invalidVersion" };
  if (Number(version) < 5 || Number(version) > 7) return { reason: "unsupportedVersion" };
  const app = apps.byKey(key);
  if (!app)
    return { reason: "unknownApp", message: `No app has the key ${key.length > 100 ? `${key.slice(0, 100)}…` : key}` };
  if (!app.enabled) return { reason: "appDisabled", app: app.id };
  const state = readiness();
  if (state === "stopping" || state === "joining") return { reason: state, app: app.id };
  const { connections } = app.limits;
  if (!exceeds(hub.count(app) + 1, connections)) return app;
  const message = `App ${app.id} has ${connections} connections, as many as it may have`;
  return { reason: "overQuota", message, app: app.id };
}

function welcome({ hub, newcomers }: Needs, socket: Socket, app: App): Connection {
  const id = `${randomInt(1, idPart)}.${randomInt(1, idPart)}`;
  const connection = new Connection(id, app, socket);
  hub.add(connection);
  newcomers.expect(connection);
  connection.send({
    event: "pusher:connection_established",
    data: { socket_id: id, activity_timeout: limits.activityTimeoutSeconds },
  });
  return connection;
}

function refuse({ refusals }: Needs, socket: Socket, { reason, message, app }: Refused): undefined {
  const { code, message: sentence } = errors[reason];
  refusals.count({ app, what: "a connection", reason });
  socket.send(encodeServerFrame({ event: "pusher:error", data: { code, message: message ?? sentence } }));
  socket.end(code ?? 1000, sentence); // a close has room for 123 bytes, a frame for what the client sent too
}
