import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** What an app's backend was told, as it came. */
export interface Told {
  readonly name: string;
  readonly channel: string;
  readonly user_id?: string;
  readonly id: string;
  /** When it came; milliseconds. */
  readonly at: number;
}

/** A backend for many apps: each has its own path. */
export class Backend {
  readonly #server: Server;
  readonly #told = new Map<string, Told[]>();

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { events } = JSON.parse(Buffer.concat(chunks).toString()) as { events: Told[] };
      this.told((request.url ?? "").slice(1)).push(...events.map((event) => ({ ...event, at: Date.now() })));
      response.writeHead(204).end();
    });
  }

  static async start(): Promise<Backend> {
    const backend = new Backend();
    backend.#server.listen(0, "127.0.0.1");
    await once(backend.#server, "listening");
    return backend;
  }

  url(app: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${app}`;
  }

  /** Everything that an app was told so far. */
  told(app: string): Told[] {
    const known = this.#told.get(app);
    if (known) return known;
    const told: Told[] = [];
    this.#told.set(app, told);
    return told;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }
}
