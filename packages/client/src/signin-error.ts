import type { AuthFault } from "./auth-error.ts";

/** What kept a user from being signed in. */
export type SigninErrorCode =
  /** The endpoint could not be reached. */
  | "network"
  /** The endpoint, or the `customHandler`, refused or failed; `status` is the endpoint's. */
  | "endpoint"
  /** The endpoint, or the server, answered with something that is no sign-in: `message` says what. */
  | "bad_response"
  /** The server refused what the endpoint had signed; `serverCode` is its code. */
  | "rejected"
  /** There was no answer in time: the server's in ten seconds, or any in the `timeout` that was given. */
  | "timeout"
  /** The `signal` that was given was aborted. */
  | "aborted"
  /** `signout()` or `switchUser()` came first. */
  | "superseded"
  /** The connection was ended, by `disconnect()` or by the server. */
  | "disconnected";

/** Why `signin()` has come to nothing. */
export class SigninError extends Error {
  override readonly name = "SigninError";
  readonly code: SigninErrorCode;
  /** The status of the endpoint's answer, if there was one. */
  readonly status: number | undefined;
  /** The code with which the server refused, if it did. */
  readonly serverCode: number | null | undefined;

  constructor(message: string, code: SigninErrorCode, fault: Partial<AuthFault> = {}, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.status = fault.status;
    this.serverCode = fault.code;
  }
}
