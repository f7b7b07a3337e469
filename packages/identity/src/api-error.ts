/** What is wrong, in the words that Encore and gRPC have for it, and the status that says it. */
const statuses = {
  invalid_argument: 400,
  unauthenticated: 401,
  permission_denied: 403,
  not_found: 404,
  already_exists: 409,
  resource_exhausted: 429,
  internal: 500,
  unavailable: 503,
} as const;

export type ErrorCode = keyof typeof statuses;

/**
 * An outcome that is the caller's business. Thrown by an auth handler, `unauthenticated` means that what was shown proves nothing, and
 * the caller is nobody; every other error ends the request.
 */
export class APIError extends Error {
  override readonly name = "APIError";
  readonly code: ErrorCode;

  /** @param message is sent to the caller */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static unauthenticated(message = "Not authenticated", options?: ErrorOptions): APIError {
    return new APIError("unauthenticated", message, options);
  }

  static permissionDenied(message = "Permission denied", options?: ErrorOptions): APIError {
    return new APIError("permission_denied", message, options);
  }

  get status(): number {
    return statuses[this.code];
  }

  /** As JSON: `{ code, message, details }`. */
  toResponse(): Response {
    const { code, message, status } = this;
    return Response.json({ code, message, details: null }, { status, headers: { "cache-control": "no-store" } });
  }
}

/** Whether somebody has shown something that proves nothing. */
export function isUnauthenticated(error: unknown): error is APIError {
  return error instanceof APIError && error.code === "unauthenticated";
}
