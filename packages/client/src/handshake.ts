import { decodeServerFrame, isRecord } from "@usher/protocol";
import type { ServerFault } from "./connection-error.ts";

/** What a server may say first: who the client is to it, or why it will not have the client. */
export type Greeting =
  | { readonly socketId: string /** In milliseconds. */; readonly activityTimeout: number }
  | { readonly fault: ServerFault };

/**
 * Reads the first frame of a connection, by the protocol's section 1.3.
 *
 * @throws Error if it is neither `pusher:connection_established` nor `pusher:error`
 */
export function readGreeting(text: string): Greeting {
  const { event, data } = decodeServerFrame(text);
  if (event === "pusher:error") return { fault: isRecord(data) ? data : {} };
  const { socket_id, activity_timeout } = isRecord(data) ? data : {};
  if (event !== "pusher:connection_established" || typeof socket_id !== "string") throw new Error("Invalid handshake");
  const seconds = Number(activity_timeout);
  if (!(seconds > 0)) throw new Error("No activity timeout specified in handshake");
  return { socketId: socket_id, activityTimeout: seconds * 1_000 };
}
