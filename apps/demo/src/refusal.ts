import { RequestError } from "@usher/app-server";
import type { ErrorRequestHandler } from "express";

/** A request that is not granted: the status, and a sentence for whoever sent it. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Answers every error with a JSON `{ error }`; of what nobody expected it tells the console more than the page. */
export const answerErrors: ErrorRequestHandler = (error, _request, response, next) => {
  const { status, message } = refusalFor(error);
  if (status >= 500) console.error(error);
  if (response.headersSent) next(error);
  else response.status(status).json({ error: message });
};

function refusalFor(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof RequestError) return new Refusal(502, "The channels server did not take it");
  if (isHttpError(error)) return new Refusal(error.status, error.message);
  return new Refusal(500, "The demo's backend failed; it is not your fault");
}

/** What Express and its body parser throw, if it is meant for the client. */
function isHttpError(error: unknown): error is { status: number; message: string } {
  return error instanceof Error && "expose" in error && error.expose === true && "status" in error;
}
