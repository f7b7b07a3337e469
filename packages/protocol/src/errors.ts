/** What the client does when a connection is closed with a code. */
export type CloseAction =
  /** Connect again at once, over TLS. */
  | "tls_only"
  /** Stay disconnected until the app calls `connect()`. */
  | "refused"
  /** Connect again after a second or more. */
  | "backoff"
  /** Connect again at once. */
  | "retry";

/**
 * Every refusal that the server knows. With a code, it is one of the protocol's; `null` marks a refusal for which the protocol
 * has none. The sentence is the default: a refusal that can say more says it.
 *
 * @see docs/protocol.md, 1.1 for the codes that close a connection
 */
export const errors = {
  tlsRequired: { code: 4000, message: "This app accepts TLS connections only: connect with wss" },
  unknownApp: { code: 4001, message: "No app has this key" },
  appDisabled: { code: 4003, message: "This app is disabled" },
  overQuota: { code: 4004, message: "This app has as many connections as it may have" },
  unknownPath: { code: 4005, message: "Connect to /app/{key}" },
  invalidVersion: { code: 4006, message: "The protocol version is not a number" },
  unsupportedVersion: { code: 4007, message: "Unsupported protocol version: use 7" },
  missingVersion: { code: 4008, message: "No protocol version was given: add ?protocol=7" },
  unauthorized: { code: 4009, message: "Not authorized" },
  overCapacity: { code: 4100, message: "The server is over capacity: connect again later" },
  stopping: { code: 4100, message: "The server is stopping: connect again in a second" },
  joining: { code: 4100, message: "The server has still to join its cluster: connect again later" },
  reconnect: { code: 4200, message: "Connect again" },
  pongMissing: { code: 4201, message: "The ping was not answered in time" },
  inactive: { code: 4202, message: "Closed after inactivity" },
  clientEventRejected: { code: 4301, message: "The client event was rejected" },
  watchlistTooLong: { code: 4302, message: "Only the first ids of the watchlist are watched" },
  malformed: { code: null, message: "The frame is malformed" },
  tooLarge: { code: null, message: "The frame is too large" },
  invalidChannel: { code: null, message: "No channel can have this name" },
  unknownEvent: { code: null, message: "The server does not know this event" },
  internal: { code: null, message: "The server failed to answer; it is not your fault" },
} as const;

export type ErrorName = keyof typeof errors;

/** What a client did that was refused, so that an answer can be tied to its question. */
export interface Refused {
  /** The name of the client's event, such as `pusher:signin`. */
  readonly event: string;
  readonly channel?: string;
}

/** A refusal on its way to the client. Thrown anywhere below the dispatcher, which alone catches it and turns it into a frame. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";
  readonly reason: ErrorName;

  /**
   * @param reason which refusal of the table it is
   * @param message a sentence on which a developer can act; the table's own if none is given
   */
  constructor(reason: ErrorName, message: string = errors[reason].message) {
    super(message);
    this.reason = reason;
  }

  /** The code of the protocol, or `null` where it has none for this refusal. */
  get code(): number | null {
    return errors[this.reason].code;
  }
}

/**
 * What a client does after a close with this code, by the ranges of the protocol.
 *
 * @returns `undefined` for codes that say nothing about it; clients then connect again after a second
 */
export function closeAction(code: number): CloseAction | undefined {
  if (code >= 1002 && code <= 1004) return "backoff";
  if (code < 4000) return undefined;
  if (code === 4000) return "tls_only";
  if (code < 4100) return "refused";
  if (code < 4200) return "backoff";
  if (code < 4300) return "retry";
  return "refused";
}
