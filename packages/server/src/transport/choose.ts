import type { Log } from "../log.ts";
import { createNodeTransport } from "./node/node.ts";
import type { Transport } from "./transport.ts";
import { createUwsTransport } from "./uws/uws.ts";

/**
 * The transport that was asked for. `auto` takes uws where its engine loads, and says why where it does not.
 *
 * @throws Error if `uws` was asked for by name and its engine does not load
 */
export async function chooseTransport(wanted: "auto" | "uws" | "node", log: Log): Promise<Transport> {
  if (wanted === "node") return createNodeTransport();
  try {
    return await createUwsTransport();
  } catch (error) {
    const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, " ") : String(error);
    if (wanted === "uws") throw new Error(`The uws transport does not load here: ${reason}`);
    log.warn({ reason }, "the uws transport does not load here; serving on the slower node transport");
    return createNodeTransport();
  }
}
