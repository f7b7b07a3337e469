import {
  type ClientFrame,
  decodeClientFrame,
  isRecord,
  limits,
  ProtocolError,
  type Refused,
  refusalFrame,
} from "@usher/protocol";
import type { Core } from "../core.ts";
import { DeliveredLocally } from "../publish.ts";
import { clientEvent } from "./client-event.ts";
import type { Connection } from "./connection.ts";
import { ping, pong } from "./ping.ts";
import { signin } from "./signin.ts";
import { subscribe } from "./subscribe.ts";
import { unsubscribe } from "./unsubscribe.ts";

type Answer = (core: Core, connection: Connection, frame: ClientFrame) => Promise<void> | void;

const answers: ReadonlyMap<string, Answer> = new Map<string, Answer>([
  ["pusher:ping", ping],
  ["pusher:pong", pong],
  ["pusher:signin", signin],
  ["pusher:subscribe", subscribe],
  ["pusher:unsubscribe", unsubscribe],
]);

const decoder = new TextDecoder();

/**
 * A client said something. Whatever it was, it gets an answer, and both the connection and the server stand. Never rejects:
 * what is thrown below is caught here, and nowhere between.
 *
 * @see docs/protocol.md, 1.3
 */
export async function dispatch(core: Core, connection: Connection, bytes: Uint8Array): Promise<void> {
  if (connection.closed) return; // it may go on speaking until it has read the goodbye
  connection.silence = 0;
  let refused: Refused | undefined;
  try {
    if (bytes.length > limits.frameBytes) {
      throw new ProtocolError("tooLarge", `A frame may have ${limits.frameBytes} bytes; this one has ${bytes.length}`);
    }
    const frame = decodeClientFrame(decoder.decode(bytes));
    refused = { event: frame.event.slice(0, 100), ...channelOf(frame) };
    await answerTo(frame)(core, connection, frame);
  } catch (error) {
    connection.send(refusalFrame(refusalOf(core, connection, error, refused), refused));
  }
}

/** The refusal that the client hears; the log hears of it, too. */
function refusalOf(core: Core, connection: Connection, error: unknown, refused?: Refused): ProtocolError {
  const { log, refusals } = core;
  const { app } = connection;
  if (error instanceof DeliveredLocally)
    return refusalOf(core, connection, new ProtocolError("clientEventRejected", error.message), refused);
  if (error instanceof ProtocolError) {
    refusals.count({ app: app.id, what: kindOf(refused?.event ?? ""), reason: error.reason });
    return error;
  }
  log.error({ err: error, event: refused?.event }, "a frame could not be answered");
  return new ProtocolError("internal");
}

/** The name of an event as a log may hold it: clients may send any. */
function kindOf(event: string): string {
  if (answers.has(event)) return event;
  return event.startsWith("client-") ? "client-*" : "a frame";
}

function answerTo({ event }: ClientFrame): Answer {
  const answer = answers.get(event);
  if (answer) return answer;
  if (event.startsWith("client-")) return clientEvent;
  throw new ProtocolError("unknownEvent", `The server does not know the event ${JSON.stringify(event.slice(0, 100))}`);
}

/** A subscription names its channel in the data, a client event beside it. */
function channelOf({ event, channel, data }: ClientFrame): { channel?: string } {
  const named = event === "pusher:subscribe" && isRecord(data) ? data["channel"] : channel;
  return typeof named === "string" ? { channel: named } : {};
}
