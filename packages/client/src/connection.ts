import { closeAction, decodeServerFrame, encodeClientFrame, type ReceivedFrame } from "@usher/protocol";
import { attemptDeadline, backoff } from "./backoff.ts";
import { type ConnectionError, closeErrors, refusal } from "./connection-error.ts";
import { watchDevice } from "./device.ts";
import { Emitter } from "./emitter.ts";
import { type Greeting, readGreeting } from "./handshake.ts";
import { Heartbeat } from "./heartbeat.ts";
import type { Log } from "./log.ts";
import { type Settings, socketUrl } from "./options.ts";
import { Socket } from "./socket.ts";
import { after, type Timer } from "./timer.ts";
import { type ConnectionState, type Input, initialLink, type Link, transition } from "./transition.ts";

/** How long a socket may take to answer after the device has slept or changed its network; milliseconds. */
const probeTimeout = 5_000;

/** A step from one state to another, as `state_change` tells it. */
export interface StateChange {
  readonly previous: ConnectionState;
  readonly current: ConnectionState;
}

/** The client that a connection belongs to. It hears everything first, and no `unbind` of the app can make it deaf. */
export interface ConnectionOwner {
  changed(change: StateChange): void;
  received(frame: ReceivedFrame): void;
}

/**
 * The way to the server, through as many sockets as it takes. What happens when is decided by `transition`; this class does it.
 *
 * Emits `state_change`, then the name of the new state (`connected` with `{ socket_id }`); `message` with each frame; `error` with
 * a `ConnectionError`; `connecting_in` with the whole seconds until the next attempt.
 */
export class Connection extends Emitter {
  /** How the server calls this connection: the newest id, also while there is no connection. */
  socket_id: string | undefined;
  #settings: Settings;
  readonly #owner: ConnectionOwner;
  readonly #log: Log;
  #link: Link = initialLink;
  #socket: Socket | undefined;
  #heartbeat: Heartbeat | undefined;
  #activityTimeout: number;
  /** The end of the wait for the next attempt, or of the patience with this one. */
  #attempt: Timer | undefined;
  #limit: Timer | undefined;
  #unwatchDevice: (() => void) | undefined;

  constructor(settings: Settings, owner: ConnectionOwner, log: Log) {
    super();
    this.#settings = settings;
    this.#owner = owner;
    this.#log = log;
    this.#activityTimeout = settings.activityTimeout;
  }

  get state(): ConnectionState {
    return this.#link.state;
  }

  /** Connects, unless it does or has so already; while it waits to come back, or is `unavailable`, tries again at once. */
  connect(): void {
    if (!this.#socket) this.#take("stirred"); // it may be waiting
    this.#take("connect");
  }

  /** Ends the connection and lets go of all that it holds. It stays `disconnected` until `connect()`. */
  disconnect(): void {
    this.#take("disconnect");
  }

  /** Takes another connection in the place of this one, if there is one or is about to be. */
  reconnect(): void {
    this.#take("renew");
  }

  /** Connects to another app or another server, from now on. */
  moveTo(settings: Settings): void {
    this.#settings = settings;
    this.reconnect();
    this.connect(); // if there is none
  }

  /** Whether the socket is, or would be, encrypted. */
  isUsingTLS(): boolean {
    return this.#settings.tls || this.#link.tlsOnly;
  }

  /** @returns whether the text was handed to an open socket */
  send(text: string): boolean {
    return this.state === "connected" && this.#socket?.send(text) === true;
  }

  /** @returns whether the frame was handed to an open socket */
  send_event(event: string, data: unknown, channel?: string): boolean {
    this.#log("Event sent", event, channel);
    return this.send(encodeClientFrame(event, data, channel));
  }

  #take(input: Input): void {
    const { state: previous } = this.#link;
    const { next, effects } = transition(this.#link, input);
    this.#link = next;
    if (next.state !== previous) this.#announce({ previous, current: next.state });
    for (const effect of effects) {
      if (this.#link !== next) return; // a listener has called connect() or disconnect(): what it wanted holds
      this[effect]();
    }
  }

  #announce(change: StateChange): void {
    this.#log("State changed", `${change.previous} -> ${change.current}`);
    this.#owner.changed(change);
    this.emit("state_change", change);
    if (this.state !== change.current) return;
    this.emit(change.current, change.current === "connected" ? { socket_id: this.socket_id } : undefined);
  }

  private probe(): void {
    this.#heartbeat?.check(probeTimeout);
  }

  private open(): void {
    this.#drop();
    this.#unwatchDevice ??= watchDevice(() => this.#take("stirred"));
    const url = socketUrl(this.#settings, this.isUsingTLS());
    this.#log("Connecting", url);
    try {
      this.#socket = new Socket(url, {
        text: (text) => (this.state === "connected" ? this.#hear(text) : this.#greeted(text)),
        closed: (code, reason) => this.#closed(code, reason),
      });
    } catch (error) {
      this.#fail("unusable", { type: "WebSocketError", error });
      return;
    }
    const patience = attemptDeadline(this.#link.failures);
    this.#attempt = after(patience, () =>
      this.#misgreeted(new Error(`The server did not greet in ${patience / 1_000} seconds`)),
    );
  }

  private wait(): void {
    this.#drop();
    const delay = backoff(this.#link.failures, Math.random());
    this.#attempt = after(delay, () => this.#take("waited"));
    this.emit("connecting_in", Math.round(delay / 1_000));
  }

  private limitConnecting(): void {
    this.#limit?.cancel();
    this.#limit = after(this.#settings.unavailableTimeout, () => this.#take("overdue"));
  }

  private keepAlive(): void {
    this.#attempt?.cancel();
    this.#limit?.cancel();
    this.#heartbeat = new Heartbeat({
      activityTimeout: this.#activityTimeout,
      pongTimeout: this.#settings.pongTimeout,
      ping: () => this.send_event("pusher:ping", {}),
      lost: () => this.#take({ lost: "retry" }),
    });
  }

  #drop(): void {
    this.#attempt?.cancel();
    this.#heartbeat?.stop();
    this.#heartbeat = undefined;
    this.#socket?.close();
    this.#socket = undefined;
  }

  private release(): void {
    this.#drop();
    this.#limit?.cancel();
    this.#unwatchDevice?.();
    this.#unwatchDevice = undefined;
  }

  #hear(text: string): void {
    this.#heartbeat?.heard();
    let frame: ReceivedFrame;
    try {
      frame = decodeServerFrame(text);
    } catch (error) {
      this.#complain({ type: "MessageParseError", error, data: text });
      return;
    }
    this.#log("Event recd", frame.event, frame.channel);
    if (frame.event === "pusher:ping") this.send_event("pusher:pong", {});
    if (frame.event === "pusher:error") this.#complain({ type: "PusherError", data: frame.data ?? {} });
    this.#owner.received(frame);
    this.emit("message", frame);
  }

  #greeted(text: string): void {
    let greeting: Greeting;
    try {
      greeting = readGreeting(text);
    } catch (error) {
      this.#misgreeted(error);
      return;
    }
    if ("fault" in greeting) {
      const { fault } = greeting;
      this.#fail({ lost: fault.code ? closeAction(fault.code) : undefined }, refusal(fault));
      return;
    }
    this.socket_id = greeting.socketId;
    this.#activityTimeout = Math.min(this.#settings.activityTimeout, greeting.activityTimeout);
    this.#take("established");
  }

  #misgreeted(error: unknown): void {
    this.#fail({ lost: undefined }, { type: "HandshakeError", error });
  }

  #closed(code: number, reason: string): void {
    this.#fail({ lost: closeAction(code) }, ...closeErrors(this.state === "connected", code, reason));
  }

  /** Tells why, and then takes the consequence, unless a listener has called connect() or disconnect() meanwhile. */
  #fail(input: Input, ...errors: ConnectionError[]): void {
    const link = this.#link;
    for (const error of errors) this.#complain(error);
    if (this.#link === link) this.#take(input);
  }

  #complain(error: ConnectionError): void {
    this.#log("Error", error);
    this.emit("error", error);
  }
}
