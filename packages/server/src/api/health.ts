import type { Core } from "../core.ts";
import { ApiError } from "./api-error.ts";

/**
 * `GET /ready`: whether this node takes new connections. It does for as long as it listens, save while it sends its clients away.
 *
 * @throws ApiError 503 then
 */
export function ready({ serving }: Pick<Core, "serving">): object {
  if (!serving()) throw new ApiError(503, "The server is stopping");
  return { ready: true };
}
