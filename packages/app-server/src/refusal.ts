/** A request that gets no signature. Thrown anywhere below the endpoint, which alone catches it and turns it into an answer. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  /** Whether other credentials could change it. */
  readonly isAnonymous: boolean;

  /**
   * @param message a sentence on which the developer of the client can act; it is sent
   * @param options the `cause`, where the app itself failed; it is never sent. `isAnonymous` where nobody knows who is calling
   */
  constructor(
    status: number,
    message: string,
    { isAnonymous = false, ...options }: ErrorOptions & { isAnonymous?: boolean } = {},
  ) {
    super(message, options);
    this.status = status;
    this.isAnonymous = isAnonymous;
  }
}
