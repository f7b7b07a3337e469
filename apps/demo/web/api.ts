import type { Config, Device, Me, Message } from "../src/wire.ts";

/** What the backend refused; `message` is its sentence. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The backend. Everything rejects with an ApiError; its status is 0 if no answer came. */
export const api = {
  config: (): Promise<Config> => request("GET", "/config"),
  /** Who is logged in on this device, or `null`. */
  me: (): Promise<Me | null> => request("GET", "/me"),
  devices: (): Promise<Device[]> => request("GET", "/devices"),
  messages: (): Promise<Message[]> => request("GET", "/messages"),
  logIn: (name: string): Promise<Me> => request("POST", "/login", { name }),
  logOut: (): Promise<void> => request("POST", "/logout", {}),
  send: (to: string, text: string): Promise<Message> => request("POST", "/messages", { to, text }),
  signOutEverywhere: (): Promise<void> => request("POST", "/sign-out-everywhere", {}),
  disconnect: (id: string): Promise<void> => request("POST", `/people/${encodeURIComponent(id)}/disconnect`, {}),
} as const;

async function request<Answer>(method: "GET" | "POST", path: string, body?: object): Promise<Answer> {
  const init = body ? { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) } : {};
  let response: Response;
  try {
    response = await fetch(path, { method, ...init });
  } catch {
    throw new ApiError(0, "The demo's backend cannot be reached. Is it still running?");
  }
  const answer = await response.json().catch(() => undefined);
  if (!response.ok) throw new ApiError(response.status, answer?.error ?? `The backend answered ${response.status}`);
  return answer;
}

/** What to tell somebody of an error. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  console.error(error);
  return "Something went wrong on this page.";
}
