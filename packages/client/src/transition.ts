import type { CloseAction } from "@usher/protocol";

/** What `pusher.connection.state` says. */
export type ConnectionState = "initialized" | "connecting" | "connected" | "unavailable" | "disconnected" | "failed";

/** All that decides what happens next. */
export interface Link {
  readonly state: ConnectionState;
  /** TLS whatever the options say, because the server closed with `tls_only`. */
  readonly tlsOnly: boolean;
  /** Attempts in a row that ended before the connection was established. */
  readonly failures: number;
}

export type Input =
  /** The app called. */
  | "connect"
  | "disconnect"
  /** The app wants another connection in the place of this one. */
  | "renew"
  /** The server has greeted. */
  | "established"
  /** The wait before the next attempt is over. */
  | "waited"
  /** `unavailableTimeout` has passed since `limitConnecting`. */
  | "overdue"
  /** The device has another network, or has slept, or the page has been come back to. */
  | "stirred"
  /** This runtime cannot open a socket to this address, now or ever. */
  | "unusable"
  /** The socket is gone, or is as good as gone; `action` is what the server wants done. */
  | { readonly lost: CloseAction | undefined };

export type Effect =
  /** Open a socket, in place of the one there may be. */
  | "open"
  /** Drop the socket; `waited` after a backoff. */
  | "wait"
  /** Let go of everything that is held: socket, timers, listeners. */
  | "release"
  /** `overdue` after `unavailableTimeout`. */
  | "limitConnecting"
  /** Connecting has ended well: no more limits; ping when the server is silent. */
  | "keepAlive"
  /** Ping now, and wait for the answer no longer than somebody waits who has just come back. */
  | "probe";

export interface Step {
  readonly next: Link;
  readonly effects: readonly Effect[];
}

export const initialLink: Link = { state: "initialized", tlsOnly: false, failures: 0 };

/**
 * What a connection becomes by an input, and what is to be done about it, in this order (protocol 1.5).
 *
 * @returns `next` is `link` itself where the input changes nothing
 */
export function transition(link: Link, input: Input): Step {
  if (typeof input === "object") return lose(link, input.lost);
  switch (input) {
    case "connect":
      return isTrying(link) && link.state !== "unavailable" ? stay(link) : begin(link);
    case "disconnect":
      return link.state === "disconnected" ? stay(link) : end(link, "disconnected");
    case "renew":
      return isTrying(link) ? begin(link) : stay(link);
    case "unusable":
      return end(link, "failed");
    case "established":
      return { next: { ...link, state: "connected", failures: 0 }, effects: ["keepAlive"] };
    case "waited":
      return stay(link, "open");
    case "overdue":
      return link.state === "connecting" ? { next: { ...link, state: "unavailable" }, effects: [] } : stay(link);
    case "stirred":
      if (link.state === "connected") return stay(link, "probe");
      return isTrying(link) ? begin(link) : stay(link);
  }
}

function lose(link: Link, action: CloseAction | undefined): Step {
  if (!isTrying(link)) return stay(link);
  if (action === "refused") return end(link, "disconnected");
  const established = link.state === "connected";
  const next: Link = {
    state: established ? "connecting" : link.state,
    tlsOnly: link.tlsOnly || action === "tls_only",
    failures: established ? 0 : link.failures + 1,
  };
  // At once, but not for ever at once: a server that keeps asking for it is waited for like every other.
  const atOnce = (action === "retry" || action === "tls_only") && link.failures === 0;
  const again = atOnce ? "open" : "wait";
  return { next, effects: established ? ["limitConnecting", again] : [again] };
}

function begin(link: Link): Step {
  return { next: { ...link, state: "connecting", failures: 0 }, effects: ["limitConnecting", "open"] };
}

function end(link: Link, state: "disconnected" | "failed"): Step {
  return { next: { ...link, state, failures: 0 }, effects: ["release"] };
}

function stay(link: Link, ...effects: Effect[]): Step {
  return { next: link, effects };
}

function isTrying({ state }: Link): boolean {
  return state === "connecting" || state === "connected" || state === "unavailable";
}
