import { type AppKey, signChannel, signRequest, signUser } from "@usher/credentials";
import { onTestFinished } from "vitest";
import { type Clock, systemClock } from "../clock.ts";
import type { ConfigInput } from "../config/config.ts";
import { digests } from "../digests.ts";
import { silentLog } from "../log.ts";
import { createServer, type ServerParts } from "../server.ts";
import { type Caller, dial } from "./dial.ts";

export const key: AppKey = { key: "app-key", secret: "app-secret" };

/** An answer of the HTTP API. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests compare it whole
  readonly body: any;
}

/** A server that somebody else has started, with a client and an app server at hand. */
export interface Reached {
  readonly port: number;
  dial(path?: string): Promise<Caller>;
  /** A signed request, as an app server makes it. */
  request(
    method: string,
    path: string,
    options?: { body?: string; params?: Record<string, string>; as?: AppKey },
  ): Promise<Answered>;
  /** `POST /events` for an event. */
  publish(event: object): Promise<Answered>;
}

/** A server that lives as long as the test. */
export interface Served extends Reached {
  close(): Promise<void>;
}

export async function serve(config: ConfigInput = {}, parts: ServerParts = {}): Promise<Served> {
  const server = createServer({ port: 0, drainSeconds: 0, ...config }, { log: silentLog, ...parts });
  const { port } = await server.listen();
  onTestFinished(() => server.close());
  return { ...reach(port, parts.clock), close: () => server.close() };
}

/** @param clock of the server, if it is not the machine's */
export function reach(port: number, clock: Pick<Clock, "now"> = systemClock): Reached {
  const reached: Reached = {
    port,
    dial: (path) => dial(port, path),
    async request(method, path, { body, params = {}, as = key } = {}) {
      const query = signRequest(as, { method, path, params, body }, digests, Math.floor(clock.now() / 1000));
      return ask(port, method, `${path}?${query}`, body);
    },
    publish: (event) => reached.request("POST", "/apps/app-id/events", { body: JSON.stringify(event) }),
  };
  return reached;
}

/** A request as it is, signed or not. */
export async function ask(port: number, method: string, target: string, body?: string): Promise<Answered> {
  const response = await fetch(`http://127.0.0.1:${port}${target}`, { method, ...(body !== undefined && { body }) });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

type Named = Pick<Caller, "socketId">;

/** What a backend would sign for a subscription of this caller. */
export function subscription(caller: Named, channel: string, member?: object | string, as: AppKey = key): object {
  const channelData = typeof member === "object" ? JSON.stringify(member) : member;
  const auth = signChannel(as, { socketId: caller.socketId, channel, channelData }, digests.hmac);
  return {
    event: "pusher:subscribe",
    data: { auth, channel, ...(channelData !== undefined && { channel_data: channelData }) },
  };
}

/** What a backend would sign for a sign-in of this caller. */
export function signin(caller: Named, user: object | string, as: AppKey = key): object {
  const userData = typeof user === "string" ? user : JSON.stringify(user);
  const auth = signUser(as, { socketId: caller.socketId, userData }, digests.hmac);
  return { event: "pusher:signin", data: { auth, user_data: userData } };
}

/** A public subscription. */
export function subscribe(channel: string): object {
  return { event: "pusher:subscribe", data: { auth: "", channel } };
}

/** Both transports, for `describe.each`. */
export const transports = ["uws", "node"] as const;
