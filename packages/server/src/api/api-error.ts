/** A request that is not done, on its way to the app server. Thrown anywhere in the API; routes.ts alone catches it. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What the body says beside the sentence. */
  readonly members: object;

  /** @param message a sentence on which a developer can act */
  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}, members: object = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
    this.members = members;
  }
}
