import { closeAction } from "@usher/protocol";

/** What the server says of a fault. `refused` names the client's event that it answers, where the server tells. */
export interface ServerFault {
  readonly code?: number | null;
  readonly message?: string;
  readonly refused?: string;
}

/** What `pusher.connection` emits as `error`: the shapes of pusher-js. */
export type ConnectionError =
  /** The server said `pusher:error`, or closed an established connection with a code. */
  | { readonly type: "PusherError"; readonly data: ServerFault }
  /** There is no connection for it; `error` holds the server's PusherError, or what the runtime threw. */
  | { readonly type: "WebSocketError"; readonly error: unknown }
  /** The first frame was not the protocol's, or did not come. */
  | { readonly type: "HandshakeError"; readonly error: unknown }
  /** A frame that is none; it is dropped, and the connection stays. */
  | { readonly type: "MessageParseError"; readonly error: unknown; readonly data: string };

/** A refusal of the connection itself, in the shape in which apps look for `error.data.code === 4004`. */
export function refusal(fault: ServerFault): ConnectionError {
  return { type: "WebSocketError", error: { type: "PusherError", data: fault } };
}

/**
 * What is to be told of a close (protocol 1.5). One in good order (1000, 1001) is no error; on an established connection a code
 * that asks for an action is told twice, as pusher-js does, for apps look for either.
 */
export function closeErrors(established: boolean, code: number, message: string): ConnectionError[] {
  if (code === 1000 || code === 1001) return [];
  const fault = { code, message };
  if (!established) return [refusal(fault)];
  const error: ConnectionError = { type: "PusherError", data: fault };
  return closeAction(code) ? [error, refusal(fault)] : [error];
}
