import { createHash, createHmac } from "node:crypto";
import { signRequest } from "@usher/credentials";
import type { Peer } from "./peer.ts";

export const digests = {
  hmac: (secret: string, text: string): string => createHmac("sha256", secret).update(text).digest("hex"),
  md5: (body: string | Uint8Array): string => createHash("md5").update(body).digest("hex"),
};

export const key = { key: "app-key", secret: "app-secret" };

/** The text of one publish, signed if the peer wants it. Prepared before the clock runs; good for ten minutes. */
export function publishRequest(peer: Peer, channel: string, data: string): string {
  const body = JSON.stringify({ name: "bench", channels: [channel], data });
  const path = "/apps/app-id/events";
  const now = Math.floor(Date.now() / 1000);
  const query = peer.signed ? `?${signRequest(key, { method: "POST", path, body }, digests, now)}` : "";
  const head = `Host: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}`;
  return `POST ${path}${query} HTTP/1.1\r\n${head}\r\n\r\n${body}`;
}
