import { openWebSocket } from "#websocket";

/** Hears one socket, until it is closed from either side. */
export interface SocketListener {
  text(text: string): void;
  /** The last word: the other side, or the network, has ended it. `reason` is the server's, else what the runtime says of the failure. */
  closed(code: number, reason: string): void;
}

/** One WebSocket, from its opening to its end. It never opens again. */
export class Socket {
  readonly #webSocket: WebSocket;

  /** @throws what `openWebSocket` throws */
  constructor(url: string, listener: SocketListener) {
    let failure = "";
    this.#webSocket = openWebSocket(url);
    this.#webSocket.onmessage = ({ data }) => {
      if (typeof data === "string") listener.text(data); // the protocol has no binary frames
    };
    this.#webSocket.onerror = (event) => {
      failure = (event as Partial<ErrorEvent>).message ?? ""; // browsers do not tell; a close follows
    };
    this.#webSocket.onclose = ({ code, reason }) => listener.closed(code, reason || failure);
  }

  /** @returns whether the text was handed to an open socket, which does not mean that it arrives */
  send(text: string): boolean {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return false;
    this.#webSocket.send(text);
    return true;
  }

  /** Ends it. The listener hears nothing more, not even that it was closed. */
  close(): void {
    this.#webSocket.onmessage = null;
    this.#webSocket.onclose = null;
    this.#webSocket.onerror = () => {}; // `ws` throws an error that nobody listens for, and closing half-open is one
    this.#webSocket.close();
  }
}
