import type { Core } from "../core.ts";
import { ApiError } from "./api-error.ts";

/**
 * `GET /ready`: whether this node takes new connections. It does for as long as it listens, save while it sends its clients away.
 *
 * @throws ApiError 503 then
 */
export function ready({ readiness }: Pick<Core, "readiness">): object {
  const state = readiness();
  if (state === "ready") return { ready: true };
  throw new ApiError(503, sentences[state], {}, { ready: false, state });
}

const sentences = {
  joining: "The server has not joined its cluster yet: its store cannot be reached",
  degraded: "The store of the cluster is away: this node serves its own connections alone",
  stopping: "The server is stopping",
};
