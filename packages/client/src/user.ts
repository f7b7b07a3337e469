import { isRecord, parseJson, type ReceivedFrame, type UserData, userChannel } from "@usher/protocol";
import { type AuthFault, authFault } from "./auth-error.ts";
import type { AuthenticateUser, UserAuthenticationData } from "./authorize.ts";
import type { Connection, StateChange } from "./connection.ts";
import { Emitter } from "./emitter.ts";
import { isReserved } from "./event-name.ts";
import { after, type Timer } from "./timer.ts";

/** `errors.unauthorized` of the protocol, without the sentences of its table, which no page needs to load. */
const unauthorizedCode = 4009;

/** How long the Usher server may take to answer. Some ignore a sign-in that they do not want, and would be waited for without end. */
const answerTimeout = 10_000;
const silence: AuthFault = {
  type: "AuthError",
  error: `The server did not answer the sign-in in ${answerTimeout / 1_000} seconds`,
};

/** How far the sign-in on the present connection has come. Each is a new object, so that a late answer can tell that it is late. */
type SignIn =
  | { readonly state: "signed_out" }
  /** The app's server is asked for a signature, which is good for this one connection. */
  | { readonly state: "authenticating"; readonly request: AbortController }
  /** The signature is with the Usher server. */
  | { readonly state: "verifying"; readonly deadline: Timer }
  | { readonly state: "signed_in"; readonly user: UserData }
  | { readonly state: "failed" };

/** What a user needs of the client that it belongs to. */
export interface UserClient {
  readonly connection: Pick<Connection, "state" | "socket_id" | "send_event">;
  emit(event: string, data: unknown): void;
}

/**
 * The user of a client, by the protocol's section 3.
 *
 * Emits the events that are sent to this user, with their data only; `pusher:signin_success` with what the server confirmed; and
 * `pusher:signin_error` with an `AuthFault`, whoever it was that refused.
 */
export class User extends Emitter {
  /** Whether `signin()` was called: from then on every connection is signed in. */
  signin_requested = false;
  /** Resolves, and never rejects, when the sign-in that is under way has ended, well or badly: `user_data` tells which. */
  signinDonePromise: Promise<void> = Promise.resolve();
  private settle: (() => void) | undefined;
  private signIn: SignIn = { state: "signed_out" };
  private readonly client: UserClient;
  private readonly authenticate: AuthenticateUser;

  constructor(client: UserClient, authenticate: AuthenticateUser) {
    super();
    this.client = client;
    this.authenticate = authenticate;
  }

  /** Who is signed in on this connection, or null. */
  get user_data(): UserData | null {
    return this.signIn.state === "signed_in" ? this.signIn.user : null;
  }

  /** Signs in: now if there is a connection, and on every later one. After a failure it tries again. */
  signin(): void {
    this.signin_requested = true;
    this.follow(this.client.connection);
  }

  /** The connection has changed its state: what was signed in, or about to be, ends with it. */
  changed({ previous, current }: StateChange): void {
    if (previous === "connected") this.become({ state: "signed_out" });
    this.follow({ state: current });
  }

  /** The server says who this is. The client hears of it once `user_data` is there, then the user; the user's channel comes last. */
  confirmed(data: unknown): void {
    const user = readUser(data);
    if (user) this.become({ state: "signed_in", user });
    this.client.emit("pusher:signin_success", data);
    if (!user) {
      this.failHere({
        type: "AuthError",
        error: "The server confirmed the sign-in without a user_data that has an id",
      });
      return;
    }
    this.emit("pusher:signin_success", data);
    this.client.connection.send_event("pusher:subscribe", { auth: "", channel: userChannel(user.id) });
  }

  /** The server has said `pusher:error`. */
  refused({ data, channel }: ReceivedFrame): void {
    if (this.signIn.state !== "verifying" || !isRecord(data)) return;
    const { refused, code, message } = data;
    // Servers that do not name what they refuse use the code for "unauthorized".
    const unnamed = refused === undefined && channel === undefined && code === unauthorizedCode;
    if (!unnamed && refused !== "pusher:signin") return;
    this.fail({ type: "AuthError", error: String(message), code: typeof code === "number" ? code : null });
  }

  /** An event on a channel; the user's own are for the user's listeners. */
  received({ event, channel, data }: ReceivedFrame): void {
    if (this.signIn.state !== "signed_in" || channel !== userChannel(this.signIn.user.id)) return;
    if (!isReserved(event)) this.emit(event, data);
  }

  private follow({ state }: Pick<Connection, "state">): void {
    if (!this.signin_requested) return;
    if (state === "connected") void this.attempt();
    else if (state === "connecting" || state === "unavailable") this.expect();
    else this.settle?.();
  }

  private async attempt(): Promise<void> {
    const socketId = this.client.connection.socket_id;
    if (isPending(this.signIn) || this.user_data || socketId === undefined) return;
    this.expect();
    const request = new AbortController();
    const mine: SignIn = { state: "authenticating", request };
    this.become(mine);
    let signed: UserAuthenticationData;
    try {
      signed = await this.authenticate({ socketId }, request.signal);
    } catch (error) {
      if (this.signIn === mine) this.failHere(authFault(error));
      return;
    }
    if (this.signIn !== mine) return; // signed for a connection that is gone
    this.become({ state: "verifying", deadline: after(answerTimeout, () => this.failHere(silence)) });
    this.client.connection.send_event("pusher:signin", { auth: signed.auth, user_data: signed.user_data });
  }

  /** A failure that this side has found. No frame tells the client of it, so it is told here. */
  private failHere(fault: AuthFault): void {
    const { type, error: message, ...status } = fault;
    this.fail(fault);
    this.client.emit("pusher:error", { type, code: null, message, ...status, refused: "pusher:signin" });
  }

  private fail(fault: AuthFault): void {
    this.become({ state: "failed" });
    this.emit("pusher:signin_error", fault);
  }

  /** Lets go of what the previous state held. Where no answer is awaited any more, the wait is over. */
  private become(next: SignIn): void {
    const previous = this.signIn;
    this.signIn = next;
    if (previous.state === "authenticating") previous.request.abort();
    if (previous.state === "verifying") previous.deadline.cancel();
    if (!isPending(next)) this.settle?.();
  }

  /** From here on there is something to wait for, and it will end. */
  private expect(): void {
    if (this.settle) return;
    this.signinDonePromise = new Promise((resolve) => {
      this.settle = () => {
        this.settle = undefined;
        resolve();
      };
    });
  }
}

function isPending({ state }: SignIn): boolean {
  return state === "authenticating" || state === "verifying";
}

function readUser(data: unknown): UserData | undefined {
  const text = isRecord(data) ? data["user_data"] : undefined;
  const user = typeof text === "string" ? parseJson(text) : undefined;
  return isRecord(user) && typeof user["id"] === "string" && user["id"] !== ""
    ? (user as unknown as UserData)
    : undefined;
}
