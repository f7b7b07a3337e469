import { byteLength, type ClientFrame, isLargerThan, ProtocolError, writeJson } from "@usher/protocol";
import { type App, channelOf, exceeds, quote } from "../apps/app.ts";
import type { Core } from "../core.ts";
import { Bucket } from "../limits.ts";
import { publish } from "../publish.ts";
import type { Connection, Subscription } from "./connection.ts";

/**
 * `client-*`: a client wants to send an event to the others in a channel. It may where the app allows it, in the private and presence
 * channels that it is in, so many times a second. Nobody gets it otherwise, and the sender never.
 *
 * @see docs/protocol.md, 3
 * @throws ProtocolError `clientEventRejected` with the reason; the connection stays open
 */
export async function clientEvent(core: Core, connection: Connection, frame: ClientFrame): Promise<void> {
  const { app, id: socketId } = connection;
  const { event } = frame;
  if (!app.clientEvents)
    throw rejection(`Client events are not enabled for app ${app.id}: see its setting clientEvents`);
  pay(core, connection); // first of all: what is refused for another reason may be as much work
  if (exceeds(event.length, app.limits.eventNameLength)) {
    throw rejection(`The name of an event may have ${app.limits.eventNameLength} characters`);
  }
  const { channel, member } = placeOf(connection, frame.channel);
  const data = textOf(frame.data, app);

  const userId = member?.userId;
  const sent = publish(core, { app: app.id, to: { channel }, event, data, except: socketId, userId });
  const sender = { socket_id: socketId, ...(userId !== undefined && { user_id: userId }) };
  core.webhooks.tell(app, { name: "client_event", channel, event, data, ...sender });
  await sent;
}

/** The sender's own place in the channel: as whom it speaks is never for the frame to say. */
function placeOf({ app, subscriptions }: Connection, name: string | undefined): Subscription {
  if (name === undefined) throw rejection("A client event must name its channel beside its event");
  const kind = channelOf(app, name)?.kind;
  if (kind !== "private" && kind !== "presence") {
    throw rejection(`Client events go to private and presence channels only, and ${quote(name)} is neither`);
  }
  const place = subscriptions.get(name);
  if (!place?.admitted) throw rejection(`Subscribe to ${quote(name)} before sending events to it`);
  return place;
}

/** The data as everyone will get it: any JSON is sent, text is delivered. */
function textOf(data: unknown, { limits }: App): string {
  const text = typeof data === "string" ? data : writeJson(data ?? null);
  if (text === undefined) throw rejection("data is nested too deeply");
  if (limits.eventBytes > 0 && isLargerThan(text, limits.eventBytes)) {
    throw rejection(`The data of an event may have ${limits.eventBytes} bytes; this one has ${byteLength(text)}`);
  }
  return text;
}

function pay({ clock }: Core, connection: Connection): void {
  const { clientEventsPerSecond } = connection.app.limits;
  if (clientEventsPerSecond === 0) return;
  connection.clientEvents ??= new Bucket(clientEventsPerSecond, clock.now());
  if (connection.clientEvents.take(1, clock.now()) === 0) return;
  throw rejection(`A connection may send ${clientEventsPerSecond} client events a second`);
}

function rejection(sentence: string): ProtocolError {
  return new ProtocolError("clientEventRejected", sentence);
}
