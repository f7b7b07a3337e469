import { verifyUser } from "@usher/credentials";
import { type ClientFrame, isRecord, ProtocolError, parseUserData, userString } from "@usher/protocol";
import type { Core } from "../core.ts";
import { settle } from "../edges.ts";
import type { Connection } from "./connection.ts";
import { explain } from "./explain.ts";

/**
 * `pusher:signin`: the client shows what its app server signed, and is that user from then on.
 *
 * The signature is checked over the exact string that arrived and this socket's own id, so what was signed for another socket
 * proves nothing here. Signing in again as the same user is answered again; as another user it is refused, and the first stays.
 *
 * @throws ProtocolError `malformed` or `unauthorized`; the connection stays open
 */
export async function signin(core: Core, connection: Connection, frame: ClientFrame): Promise<void> {
  const { hub, digests } = core;
  const { auth, userData } = parseSignin(frame.data);

  const { id: socketId, app } = connection;
  const fault = verifyUser(auth, app.keys, { socketId, userData }, digests.hmac);
  if (fault) throw new ProtocolError("unauthorized", explain(fault, userString(socketId, userData)));

  const user = parseUserData(userData);
  const before = connection.user;
  if (before && before.id !== user.id) {
    throw new ProtocolError(
      "unauthorized",
      `This connection is signed in as ${before.id}: open another one for ${user.id}`,
    );
  }

  await settle(core, hub.bindUser(connection, user));
  if (connection.closed) return;
  connection.send({ event: "pusher:signin_success", data: { user_data: userData } });
  hub.admit(connection, { user: user.id });
}

function parseSignin(data: unknown): { auth: string; userData: string } {
  if (!isRecord(data)) throw new ProtocolError("malformed", "The data of pusher:signin must be an object");
  const { auth, user_data: userData } = data;
  if (typeof auth !== "string") throw new ProtocolError("malformed", "pusher:signin needs auth, a string");
  if (typeof userData !== "string")
    throw new ProtocolError("malformed", "pusher:signin needs user_data, a string of JSON");
  return { auth, userData };
}
