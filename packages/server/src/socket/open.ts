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
export function open(
  core: Pick<Core, "apps" | "hub" | "newcomers" | "serving">,
  socket: Socket,
  { path, query }: { path: string; query: string },
): Connection | undefined {
  const { apps, hub } = core;
  const key = /^\/app\/([^/]+)\/?$/.exec(path)?.[1];
  if (key === undefined) return refuse(socket, "unknownPath");
  const version = new URLSearchParams(query).get("protocol") ?? "7";
  if (!/^\d+$/.test(version)) return refuse(socket, "invalidVersion");
  if (Number(version) < 5 || Number(version) > 7) return refuse(socket, "unsupportedVersion");
  const app = apps.byKey(key);
  if (!app)
    return refuse(socket, "unknownApp", `No app has the key ${key.length > 100 ? `${key.slice(0, 100)}…` : key}`);
  if (!app.enabled) return refuse(socket, "appDisabled");
  if (!core.serving()) return refuse(socket, "overCapacity", "The server is stopping: connect again in a second");
  const { connections } = app.limits;
  if (exceeds(hub.count(app) + 1, connections))
    return refuse(socket, "overQuota", `App ${app.id} has ${connections} connections, as many as it may have`);
  return welcome(core, socket, app);
}

function welcome({ hub, newcomers }: Pick<Core, "hub" | "newcomers">, socket: Socket, app: App): Connection {
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

function refuse(socket: Socket, reason: ErrorName, message: string = errors[reason].message): undefined {
  const { code } = errors[reason];
  socket.send(encodeServerFrame({ event: "pusher:error", data: { code, message } }));
  socket.end(code ?? 1000, errors[reason].message); // a close has room for 123 bytes, a frame for what the client sent too
}
