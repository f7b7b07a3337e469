import Pusher from "pusher";
import type { Member } from "./model.ts";

/** What an app's backend signs and asks for, by the official server library. */
export class AppServer {
  readonly #pusher: Pusher;
  readonly #app: string;

  constructor(app: string) {
    this.#app = app;
    this.#pusher = new Pusher({ appId: app, key: `key-${app}`, secret: "secret", host: "127.0.0.1", useTLS: false });
  }

  /** Where its clients connect. */
  socketUrl(port: number): string {
    return `ws://127.0.0.1:${port}/app/key-${this.#app}?protocol=7`;
  }

  subscribe(socketId: string, channel: string, member: Member | undefined): object {
    if (!/^(private|presence)-/.test(channel)) return { event: "pusher:subscribe", data: { channel } };
    const presence = member && { user_id: member.user, user_info: { mood: member.info } };
    return {
      event: "pusher:subscribe",
      data: { channel, ...this.#pusher.authorizeChannel(socketId, channel, presence) },
    };
  }

  signin(socketId: string, user: string, watchlist: readonly string[]): object {
    return {
      event: "pusher:signin",
      data: this.#pusher.authenticateUser(socketId, { id: user, watchlist: [...watchlist] }),
    };
  }

  /** Asks a node. @returns the status, and what the body says */
  async ask(port: number, path: string, params: Record<string, string> = {}): Promise<Answer> {
    return this.#request(port, "GET", path, params);
  }

  async tell(port: number, path: string, body: object): Promise<Answer> {
    return this.#request(port, "POST", path, {}, JSON.stringify(body));
  }

  async #request(
    port: number,
    method: string,
    path: string,
    params: Record<string, string>,
    body?: string,
  ): Promise<Answer> {
    const target = `/apps/${this.#app}${path}`;
    const query = this.#pusher.createSignedQueryString({
      method,
      path: target,
      params,
      ...(body !== undefined && { body }),
    });
    const response = await fetch(`http://127.0.0.1:${port}${target}?${query}`, {
      method,
      signal: AbortSignal.timeout(8000),
      ...(body !== undefined && { body }),
    });
    return { status: response.status, body: (await response.json()) as Answer["body"] };
  }
}

/** An answer of the HTTP API. */
export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: it is compared whole
  readonly body: any;
}
