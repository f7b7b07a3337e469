/** Why no signature could be had for a sign-in or a subscription. */
export class AuthError extends Error {
  override readonly name = "AuthError";
  /** The status of the endpoint's answer; 0 if the request did not reach it; `undefined` where there was no request. */
  readonly status: number | undefined;

  constructor(message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** What apps hear of it, with `pusher:signin_error` and `pusher:subscription_error`. */
export interface AuthFault {
  readonly type: "AuthError";
  readonly error: string;
  /** As in `AuthError`. */
  readonly status?: number;
  /** The code with which the server refused, if it was the server. */
  readonly code?: number | null;
  /** After how many milliseconds it is tried again, if it is. */
  readonly retryIn?: number;
}

/** The fault that an error is to apps. Handlers of theirs may throw anything: what is no Error speaks for itself. */
export function authFault(error: unknown): AuthFault {
  const message = error instanceof Error ? error.message : String(error);
  const status = error instanceof AuthError ? error.status : undefined;
  return { type: "AuthError", error: message, ...(status !== undefined && { status }) };
}
