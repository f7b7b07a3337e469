import type { RequestHandler } from "express";
import { answer, type FetchHandler } from "./node.ts";

/**
 * Mounts a fetch handler in Express 4 or 5: `app.post("/pusher/user-auth", toExpress(userAuth))`. Mount it with `app.all` where pages of
 * other origins are to call it: they ask with OPTIONS first.
 *
 * Body parsers may run before it or not, but not before a webhook, which is signed as it came; a member given twice in JSON is refused
 * only where none did. The request's `signal` aborts when the client goes away. The answer is sent whole, not streamed. What the handler
 * throws goes to `next`.
 */
export function toExpress(handler: FetchHandler): RequestHandler {
  return (req, res, next) => {
    const url = `${req.protocol}://${req.get("host") ?? "localhost"}${req.originalUrl}`;
    answer(handler, req, res, url).catch(next);
  };
}
