import { STATUS_CODES } from "node:http";

/** `404 Not Found`: the engine wants the words with the number. */
export function statusLine(status: number): string {
  return `${status} ${STATUS_CODES[status] ?? ""}`.trimEnd();
}
