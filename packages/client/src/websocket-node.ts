import { type ClientOptions, WebSocket as NodeWebSocket } from "ws";

/** How long, in milliseconds, a server may take to say goodbye: until then the process of the app cannot end. */
const options: ClientOptions & { closeTimeout: number } = { closeTimeout: 2_000 };

/**
 * Opens a WebSocket in Node, whose oldest supported versions have none of their own.
 *
 * @throws SyntaxError if the address is none
 */
export function openWebSocket(url: string): WebSocket {
  // `ws` has the interface of the browsers' class in every part that this package uses, but its types do not say so.
  return new NodeWebSocket(url, options) as unknown as WebSocket;
}
