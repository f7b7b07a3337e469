import { type ClientFrame, isRecord, ProtocolError } from "@usher/protocol";
import type { Core } from "../core.ts";
import { settle } from "../edges.ts";
import type { Connection } from "./connection.ts";

/** `pusher:unsubscribe`: no answer, neither when it was subscribed nor when it was not. */
export async function unsubscribe(core: Core, connection: Connection, frame: ClientFrame): Promise<void> {
  const channel = isRecord(frame.data) ? frame.data["channel"] : undefined;
  if (typeof channel !== "string")
    throw new ProtocolError("malformed", "pusher:unsubscribe needs data.channel, a string");
  await settle(core, core.hub.leave(connection, channel));
}
