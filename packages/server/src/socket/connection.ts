import {
  type ErrorName,
  encodeServerFrame,
  errors,
  type Member,
  type ServerFrame,
  type UserData,
} from "@usher/protocol";
import type { App } from "../apps/app.ts";
import type { Bucket } from "../limits.ts";

/** The engine's end of one socket. Its transport knows more of it; everyone else this much. */
export interface Socket {
  send(frame: string): unknown;
  /** Says goodbye with a close frame, then closes. @param reason at most 123 bytes in UTF-8 */
  end(code: number, reason: string): unknown;
}

/** One place in one channel. A new object for each join: its identity tells whether a join that had to wait still stands. */
export interface Subscription {
  readonly channel: string;
  /** As whom, in a presence channel. */
  readonly member: Member | undefined;
  /** Whether its success was sent. Written by the hub. */
  admitted: boolean;
}

const none: ReadonlyMap<string, Subscription> = new Map();

/** One socket of one app, from the handshake until it is closed. Holds what the server knows of it and decides nothing. */
export class Connection {
  readonly id: string;
  readonly app: App;
  /** The transport's; see there. */
  readonly socket: Socket;
  /** Who signed in on this socket. Written by the hub. */
  user: UserData | undefined = undefined;
  /** By channel name. Written by the hub; most sockets hold few, many none. */
  subscriptions: ReadonlyMap<string, Subscription> = none;
  /** Grows from one connection of this node to the next. Written by the hub. */
  serial = 0;
  /** What is left of the client events that it may send; made with the first. */
  clientEvents: Bucket | undefined = undefined;
  /** Sweeps since anything was heard; see activity.ts. */
  silence = 0;
  #closed = false;

  constructor(id: string, app: App, socket: Socket) {
    this.id = id;
    this.app = app;
    this.socket = socket;
  }

  /** Whether it has been closed, by either side. What is sent after that is dropped. */
  get closed(): boolean {
    return this.#closed;
  }

  send(frame: ServerFrame | string): void {
    if (this.#closed) return;
    this.socket.send(typeof frame === "string" ? frame : encodeServerFrame(frame));
  }

  /** Closes with a code of the protocol. */
  end(reason: ErrorName, sentence: string = errors[reason].message): void {
    if (this.#closed) return;
    this.#closed = true;
    this.socket.end(errors[reason].code ?? 1000, sentence);
  }

  /** The socket is gone: called once by close.ts. */
  markClosed(): void {
    this.#closed = true;
  }
}
