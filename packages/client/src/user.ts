import { isRecord, parseJson, type ReceivedFrame, type UserData, userChannel } from "@usher/protocol";
import { AuthError, type AuthFault, authFault } from "./auth-error.ts";
import type { AuthenticateUser, UserAuthenticationData } from "./authorize.ts";
import { backoff } from "./backoff.ts";
import type { Connection, StateChange } from "./connection.ts";
import { Emitter } from "./emitter.ts";
import { isReserved } from "./event-name.ts";
import type { UserProtocolEvents } from "./events.ts";
import { SigninError, type SigninErrorCode } from "./signin-error.ts";
import { isPending, type SignIn, type SigninState } from "./signin-state.ts";
import { after } from "./timer.ts";
import { type Patience, Waiting } from "./waiting.ts";
import { Watchlist } from "./watchlist.ts";

/** `errors.unauthorized` of the protocol, without the sentences of its table, which no page needs to load. */
const unauthorizedCode = 4009;

/** How long the app's own server may take to answer. */
const endpointTimeout = 30_000;

/** How long the Usher server may take to answer. Some ignore a sign-in that they do not want, and would be waited for without end. */
const answerTimeout = 10_000;

/** What a user needs of the client that it belongs to. */
export interface UserClient {
  readonly connection: Pick<Connection, "state" | "socket_id" | "send_event" | "reconnect">;
  emit(event: string, data: unknown): void;
}

/**
 * The user of a client, by the protocol's section 4.
 *
 * Emits the events that are sent to this user, with their data only; `state_change`; `pusher:signin_success` with what the server
 * confirmed; and `pusher:signin_error` with an `AuthFault`, whoever it was that refused.
 */
// biome-ignore lint/suspicious/noExplicitAny: where nothing is said of events, any may come
export class User<Map extends object = any> extends Emitter<Map & UserProtocolEvents> {
  /** Whether `signin()` was called: from then on every connection is signed in, until `signout()`. */
  signin_requested = false;
  /** Resolves, and never rejects, when the attempt that is under way has ended, well or badly: `user_data` tells which. */
  signinDonePromise: Promise<void> = Promise.resolve();
  /** Why the last attempt failed; null if it did not. */
  error: SigninError | null = null;
  readonly watchlist: Watchlist = new Watchlist();
  #settle: (() => void) | undefined;
  #signIn: SignIn = { state: "signed_out" };
  #waiting = new Waiting<UserData>();
  /** Whether it has succeeded since it was asked for. Then it is no more up to those who wait. */
  #isKept = false;
  /** Attempts in a row that failed and are tried again. */
  #failures = 0;
  readonly #client: UserClient;
  readonly #authenticate: AuthenticateUser;

  constructor(client: UserClient, authenticate: AuthenticateUser) {
    super();
    this.#client = client;
    this.#authenticate = authenticate;
  }

  get state(): SigninState {
    return this.#signIn.state;
  }

  /** Who is signed in on this connection, or null. */
  get user_data(): UserData | null {
    return this.#signIn.state === "signed_in" ? this.#signIn.user : null;
  }

  /**
   * Signs in: now if there is a connection, and on every later one. After a failure it tries again.
   *
   * Where trying again may help (the network, a status of 408, 429 or 5xx) it is done without being asked, later each time. If
   * all who wait give up before it has once succeeded, the sign-in is given up too.
   *
   * @returns the user. Rejects with a `SigninError`, at once where no connection is being made; a promise that nobody looks at is no
   *   unhandled rejection
   */
  signin(patience: Patience = {}): Promise<UserData> {
    this.signin_requested = true;
    if (this.user_data) return Promise.resolve(this.user_data);
    const waited = this.#waiting.add(patience, () => this.#isKept || this.signout());
    this.#follow(this.#client.connection);
    return waited;
  }

  /**
   * Is nobody any more: not here, and not for the server, for which the connection is made anew if it knows who this was.
   * The channels stay, and are authorized again.
   */
  signout(): void {
    const { state, error } = this;
    this.signin_requested = this.#isKept = false;
    this.error = null;
    this.#waiting.reject(new SigninError("The sign-in was given up", "superseded"));
    this.#become({ state: "signed_out" });
    // After a timeout, the server may yet say yes.
    if (state === "verifying" || state === "signed_in" || error?.code === "timeout")
      this.#client.connection.reconnect();
  }

  /** The connection has changed its state: what was signed in, or about to be, ends with it. */
  changed({ previous, current }: StateChange): void {
    if (previous === "connected") this.#become({ state: "signed_out" });
    this.#follow({ state: current });
  }

  /** The server says who this is. The client hears of it once `user_data` is there, then the user; the user's channel comes last. */
  confirmed(data: unknown): void {
    if (this.state !== "verifying") return; // it was given up meanwhile
    const user = readUser(data);
    if (!user) {
      this.#client.emit("pusher:signin_success", data);
      this.#failHere({ type: "AuthError", error: "The server confirmed nobody" }, "bad_response");
      return;
    }
    this.#isKept = true;
    this.#waiting.resolve(user);
    const mine: SignIn = { state: "signed_in", user };
    this.#become(mine);
    for (const told of [this.#client, this]) {
      if (this.#signIn !== mine) return; // somebody who heard of it has signed in another, or out
      told.emit("pusher:signin_success", data);
    }
    if (this.#signIn === mine)
      this.#client.connection.send_event("pusher:subscribe", { auth: "", channel: userChannel(user.id) });
  }

  /** The server has said `pusher:error`. */
  refused({ data, channel }: ReceivedFrame): void {
    if (this.state !== "verifying" || !isRecord(data)) return;
    const { refused, code, message } = data;
    // Servers that do not name what they refuse use the code for "unauthorized".
    const unnamed = refused === undefined && channel === undefined && code === unauthorizedCode;
    if (!unnamed && refused !== "pusher:signin") return;
    const fault = { type: "AuthError", error: String(message), code: typeof code === "number" ? code : null } as const;
    this.#fail(fault, "rejected");
  }

  /** An event on a channel; the user's own are for the user's listeners. */
  received({ event, channel, data }: ReceivedFrame): void {
    if (this.#signIn.state !== "signed_in" || channel !== userChannel(this.#signIn.user.id)) return;
    if (!isReserved(event)) this.emit(event, data);
  }

  #follow({ state }: Pick<Connection, "state">): void {
    if (!this.signin_requested) return;
    if (state === "connected") void this.#attempt();
    else if (state === "connecting" || state === "unavailable") this.#expect();
    else {
      this.#settle?.();
      this.#waiting.reject(new SigninError("There is no connection: connect() makes one", "disconnected"));
    }
  }

  async #attempt(): Promise<void> {
    const socketId = this.#client.connection.socket_id;
    if (isPending(this.#signIn) || this.user_data || socketId === undefined) return;
    this.#expect();
    const request = new AbortController();
    const deadline = after(endpointTimeout, () =>
      this.#unsigned(new AuthError("The sign-in got no answer in time", 0)),
    );
    const mine: SignIn = { state: "authenticating", request, deadline };
    this.#become(mine);
    let signed: UserAuthenticationData;
    try {
      signed = await this.#authenticate({ socketId }, request.signal);
    } catch (error) {
      if (this.#signIn === mine) this.#unsigned(error);
      return;
    }
    if (this.#signIn !== mine) return; // signed for a connection that is gone
    this.#become({ state: "verifying", deadline: after(answerTimeout, () => this.#unanswered()) });
    this.#client.connection.send_event("pusher:signin", { auth: signed.auth, user_data: signed.user_data });
  }

  /** There is no signature: the app's server would not give one, or could not be asked. */
  #unsigned(error: unknown): void {
    const fault = authFault(error);
    const { status = -1 } = fault;
    const again = status === 0 || status === 408 || status === 429 || status >= 500;
    const retryIn = again ? backoff(this.#failures++, Math.random()) : undefined;
    const unread = status >= 200 && status < 300;
    this.#failHere(fault, status === 0 ? "network" : unread ? "bad_response" : "endpoint", retryIn);
  }

  #unanswered(): void {
    const error = `The server did not answer the sign-in in ${answerTimeout / 1_000} seconds`;
    this.#failHere({ type: "AuthError", error }, "timeout");
  }

  /** A failure that this side has found. No frame tells the client of it, so it is told here. */
  #failHere(fault: AuthFault, code: SigninErrorCode, retryIn?: number): void {
    const { type, error: message, ...status } = fault;
    this.#fail(fault, code, retryIn);
    this.#client.emit("pusher:error", { type, code: null, message, ...status, refused: "pusher:signin" });
  }

  #fail(fault: AuthFault, code: SigninErrorCode, retryIn?: number): void {
    const error = new SigninError(fault.error, code, fault);
    this.error = error;
    const retry = retryIn === undefined ? undefined : after(retryIn, () => void this.#attempt());
    if (!retry) this.#waiting.reject(error); // first: a listener may try again
    this.#become({ state: "failed", retry });
    this.emit("pusher:signin_error", retryIn === undefined ? fault : { ...fault, retryIn });
  }

  /** Lets go of what the previous state held. Where no answer is awaited any more, the wait is over. */
  #become(next: SignIn): void {
    const before = this.#signIn;
    this.#signIn = next;
    if ("request" in before) before.request.abort();
    if ("deadline" in before) before.deadline.cancel();
    if ("retry" in before) before.retry?.cancel();
    if (next.state === "signed_out") this.watchlist.users.clear();
    if (next.state === "signed_in") {
      this.#failures = 0;
      this.error = null;
    }
    if (!isPending(next)) this.#settle?.();
    if (next.state !== before.state) this.emit("state_change", { previous: before.state, current: next.state });
  }

  /** From here on there is something to wait for, and it will end. */
  #expect(): void {
    if (this.#settle) return;
    this.signinDonePromise = new Promise((resolve) => {
      this.#settle = () => {
        this.#settle = undefined;
        resolve();
      };
    });
  }
}

function readUser(data: unknown): UserData | undefined {
  const user = isRecord(data) && parseJson(String(data["user_data"]));
  return isRecord(user) && user["id"] && typeof user["id"] === "string" ? (user as unknown as UserData) : undefined;
}
