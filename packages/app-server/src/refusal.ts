/** A request that gets no signature. Thrown anywhere below the endpoint, which alone catches it and turns it into an answer. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;

  /**
   * @param message a sentence on which the developer of the client can act; it is sent
   * @param options the `cause`, where the app itself failed; it is never sent
   */
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
