import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Queue } from "./queue.ts";

/** A request for a signature, to be answered by the test. */
export class AuthRequest {
  readonly method: string | undefined;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  /** Resolves when the client has given the request up. */
  readonly abandoned: Promise<void>;
  private readonly response: ServerResponse;

  constructor(request: IncomingMessage, body: string, response: ServerResponse) {
    this.method = request.method;
    this.headers = request.headers;
    this.body = body;
    this.response = response;
    this.abandoned = new Promise((resolve) =>
      response.once("close", () => {
        if (!response.writableFinished) resolve();
      }),
    );
  }

  /** The value of a field of the form. */
  field(name: string): string | null {
    return new URLSearchParams(this.body).get(name);
  }

  json(value: unknown, status = 200): void {
    this.answer(status, JSON.stringify(value));
  }

  answer(status: number, body: string, headers: Record<string, string> = {}): void {
    this.response.writeHead(status, headers).end(body);
  }

  /** Ends the connection without an answer. */
  hangUp(): void {
    this.response.destroy();
  }
}

/** An app's own server, on a port of its own. */
export class FakeEndpoint {
  private readonly server: Server;
  private readonly requests = new Queue<AuthRequest>();

  private constructor() {
    this.server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      this.requests.push(new AuthRequest(request, body, response));
    });
  }

  static async listen(): Promise<FakeEndpoint> {
    const endpoint = new FakeEndpoint();
    await new Promise<void>((resolve) => endpoint.server.listen(0, "127.0.0.1", resolve));
    return endpoint;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/auth`;
  }

  next(): Promise<AuthRequest> {
    return this.requests.next();
  }

  get unread(): number {
    return this.requests.length;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
