import { expect } from "vitest";
import { createHandlers, type Handlers, type HandlersOptions, Usher } from "../index.ts";

export interface Session {
  readonly userId: string | null;
  readonly role?: string;
}

export const keys = [{ key: "f00d", secret: "tofu" }];
export const usher = new Usher({ appId: "1", keys, host: "127.0.0.1" });
export const alice: Session = { userId: "alice", role: "admin" };

/** Handlers by which Alice, whoever asks, may do everything; `change` says otherwise. */
export function handlers(change: Partial<HandlersOptions<Session>> = {}): Handlers {
  return createHandlers<Session>({
    usher,
    getAuth: async () => alice,
    authorize: () => true,
    onError: fail,
    ...change,
  });
}

export function fail(error: unknown): never {
  throw new Error("a failure was reported", { cause: error });
}

export const form = "application/x-www-form-urlencoded";
type Fields = Record<string, string> | string | URLSearchParams;

export function post(
  fields: Fields,
  headers: Record<string, string> = {},
  url = "http://shop.test/pusher/auth",
): Request {
  const body = typeof fields === "string" ? fields : new URLSearchParams(fields).toString();
  const sent = { host: new URL(url).host, "content-type": form, ...headers };
  return new Request(url, { method: "POST", headers: sent, body });
}

export const postJson = (body: unknown) =>
  post(typeof body === "string" ? body : JSON.stringify(body), { "content-type": "application/json" });

export const signin = { socket_id: "123.456" };
export const subscribe = { socket_id: "123.456", channel_name: "private-a" };
export const join = { socket_id: "123.456", channel_name: "presence-a" };

/** Expects a refusal that a developer can act on and that holds no signature. */
export async function refusal(answer: Promise<Response>, status: number): Promise<string> {
  const response = await answer;
  const body = await response.text();
  expect(response.status, body).toBe(status);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(body).not.toMatch(/[0-9a-f]{64}/);
  const { error, ...rest } = JSON.parse(body);
  expect(rest).toEqual({});
  expect(error).toMatch(/^[a-zA-Z].{8}/);
  return error;
}

export async function granted(
  answer: Promise<Response>,
): Promise<{ auth: string; user_data: string; channel_data: string }> {
  const response = await answer;
  expect(response.status).toBe(200);
  expect(response.headers.get("cache-control")).toBe("no-store");
  expect(response.headers.get("vary")).toBe("Origin");
  return (await response.json()) as { auth: string; user_data: string; channel_data: string };
}
