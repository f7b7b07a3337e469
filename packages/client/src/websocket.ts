/**
 * Opens a WebSocket with what the runtime brings along. The global is read here and not before, so that the package can be
 * imported where there is none.
 *
 * @throws Error if the runtime has no WebSocket, SyntaxError or SecurityError of its own if it will not have the address
 */
export function openWebSocket(url: string): WebSocket {
  if (typeof globalThis.WebSocket !== "function") throw new Error("No WebSocket in this runtime");
  return new globalThis.WebSocket(url);
}
