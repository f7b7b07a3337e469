import { verifyUser } from "@usher/credentials";
import { type ClientFrame, isRecord, ProtocolError, parseUserData, userString } from "@usher/protocol";
import type { Core } from "../core.ts";
import { settle } from "../edges.ts";
import type { Connection } from "./connection.ts";
import { explain } from "./explain.ts";
import { watchlistOf, watchlistTooLong } from "./watchlist.ts";

/**
 * `pusher:signin`: the client shows what its app server signed, and is that user from then on.
 *
 * The signature is checked over the exact string that arrived and this socket's own id, so what was signed for another socket
 * proves nothing here; nor does it on a socket that was open when the app server ended this user's connections. Signing in again
 * as the same user is answered again; as another user it is refused, and the first stays.
 *
 * @see docs/protocol.md, 4.1 and 4.3
 * @throws ProtocolError `malformed` or `unauthorized`; the connection stays open
 */
export async function signin(core: Core, connection: Connection, frame: ClientFrame): Promise<void> {
  const { claims, digests, hub, newcomers, watching } = core;
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

  if (!hub.mayBind(connection, user.id)) {
    throw new ProtocolError(
      "unauthorized",
      `The connections of ${user.id} were ended while this one was open: open another one`,
    );
  }

  await settle(core, hub.bindUser(connection, user));
  await claims.standing([{ kind: "user", app: app.id, userId: user.id }]);
  if (connection.closed) return;
  const { ids, tooMany } = watchlistOf(app, user);
  await watching.watch(connection, ids);
  if (connection.closed) return;
  connection.send({ event: "pusher:signin_success", data: { user_data: userData } });
  hub.admit(connection, { user: user.id });
  newcomers.release(connection);
  if (tooMany) connection.send(watchlistTooLong(app));
  watching.greet(connection);
}

function parseSignin(data: unknown): { auth: string; userData: string } {
  if (!isRecord(data)) throw new ProtocolError("malformed", "The data of pusher:signin must be an object");
  const { auth, user_data: userData } = data;
  if (typeof auth !== "string") throw new ProtocolError("malformed", "pusher:signin needs auth, a string");
  if (typeof userData !== "string")
    throw new ProtocolError("malformed", "pusher:signin needs user_data, a string of JSON");
  return { auth, userData };
}
