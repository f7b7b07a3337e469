import { ProtocolError } from "@usher/protocol";
import type { Core } from "../core.ts";
import type { Connection } from "./connection.ts";

/** A client wants to send an event to the others in a channel. No app allows it. */
export function refuseClientEvent(_core: Core, connection: Connection): never {
  throw new ProtocolError("clientEventRejected", `Client events are not enabled for app ${connection.app.id}`);
}
