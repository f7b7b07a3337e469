import type { HttpResponse } from "../transport/transport.ts";

/** `GET /ready`: whether this node serves. It listens only while it does, so that it answers says it all. */
export function getReady(): HttpResponse {
  return { status: 200, body: '{"ready":true}' };
}
