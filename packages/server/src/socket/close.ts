import type { Core } from "../core.ts";
import { settle } from "../edges.ts";
import type { Connection } from "./connection.ts";

/** A socket is gone, whoever closed it: everything it held is given back. */
export async function close(core: Core, connection: Connection): Promise<void> {
  connection.markClosed();
  core.newcomers.release(connection);
  core.watching.forget(connection);
  await settle(core, core.hub.remove(connection));
}
