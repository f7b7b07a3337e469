import { isUserId } from "@usher/protocol";
import type { Core } from "../core.ts";
import { terminate } from "../terminate.ts";
import { ApiError } from "./api-error.ts";
import type { Call } from "./call.ts";

/** `POST /users/{id}/terminate_connections`: closes every connection that is signed in as the user. An unknown user has none. */
export async function terminateConnections(core: Core, call: Call): Promise<object> {
  const { app, name: userId } = call;
  if (!isUserId(userId)) throw new ApiError(400, `No user can have the id ${JSON.stringify(call.name.slice(0, 200))}`);
  return terminate(core, app, userId);
}
