import type { NextFunction, Request, Response } from "express";
import { Refusal } from "./refusal.ts";

/**
 * Lets requests that change something through only if they are JSON and come from this server's own page: a foreign page has the cookie
 * on its side too. Requests without an `Origin` come from no page.
 *
 * @throws Refusal
 */
export function sameOrigin(request: Request, _response: Response, next: NextFunction): void {
  if (request.method === "GET" || request.method === "HEAD") {
    next();
    return;
  }
  const { origin, host } = request.headers;
  const site = request.get("sec-fetch-site") ?? "same-origin";
  if (site === "cross-site" || site === "same-site" || (origin && origin !== `${request.protocol}://${host}`)) {
    throw new Refusal(403, "Only this server's own page may ask for this");
  }
  if (!request.is("json")) throw new Refusal(415, "Send JSON, with Content-Type: application/json");
  next();
}
