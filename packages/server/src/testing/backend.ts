import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** What a backend does with a request: answers with a status, answers without an end, says nothing, or cuts the connection. */
export type Manner = number | "begins" | "rambles" | "hangs" | "cuts";

/** A request as a backend got it. */
export interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The events of the body, without the ids by which they are told apart. */
  // biome-ignore lint/suspicious/noExplicitAny: tests compare them whole
  readonly events: any[];
  readonly ids: readonly string[];
  /** Answers where the manner of the backend was not to. */
  answer(status: number): void;
  /** Resolves when the connection is gone before the answer. */
  readonly cut: Promise<void>;
}

/** A backend that receives webhooks, in the manner that the test wants. */
export interface Backend {
  readonly url: string;
  /** Connections that were ever opened to it. */
  readonly connections: number;
  /** How it treats a request; it receives everything unless the test says otherwise. */
  manner: (request: Received) => Manner;
  /** The next request that was not yet looked at. */
  next(): Promise<Received>;
  /** The names and channels of the events of the next request. */
  nextEvents(): Promise<string[]>;
  /** Resolves when it has answered a question of the test's own: what was on its way before has arrived. */
  settled(): Promise<void>;
  /** Nobody listens any more, until it comes back. */
  stop(): Promise<void>;
  comeBack(): Promise<void>;
}

export async function backend(): Promise<Backend> {
  const received: Received[] = [];
  const waiting: ((request: Received) => void)[] = [];
  let connections = 0;
  const server = createServer(async (request, response) => {
    if (request.method === "GET") return void response.end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const events = (JSON.parse(body) as { events: { id: string }[] }).events;
    const one: Received = {
      method: request.method,
      path: request.url,
      headers: request.headers,
      body,
      events: events.map(({ id, ...event }) => event),
      ids: events.map(({ id }) => id),
      answer: (status) => answer(response, status),
      cut: new Promise((resolve) => response.once("close", () => response.writableEnded || resolve())),
    };
    const manner = it.manner(one);
    const next = waiting.shift();
    if (next) next(one);
    else received.push(one);
    if (manner === "cuts") response.destroy();
    if (manner === "begins") response.writeHead(200).write("an answer of many parts");
    if (manner === "rambles") response.writeHead(200).write("x".repeat(100_000));
    if (typeof manner === "number") answer(response, manner);
  });
  server.on("connection", () => connections++);
  const listen = (on: number): Promise<void> => new Promise((resolve) => server.listen(on, "127.0.0.1", resolve));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  onTestFinished(() => it.stop());
  const it: Backend = {
    url: `http://127.0.0.1:${port}/hooks`,
    get connections() {
      return connections;
    },
    manner: () => 200,
    next: () => {
      const request = received.shift();
      return request ? Promise.resolve(request) : new Promise((resolve) => waiting.push(resolve));
    },
    nextEvents: async () => (await it.next()).events.map(({ name, channel }) => `${name} ${channel}`),
    settled: async () => void (await (await fetch(it.url)).text()),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    comeBack: () => listen(port),
  };
  return it;
}

/** Long enough to keep a connection busy until it is read. */
const answerText = "x".repeat(50_000);

function answer(response: ServerResponse, status: number): void {
  const redirects = status >= 300 && status < 400;
  response.writeHead(status, redirects ? { Location: "/elsewhere" } : {}).end(status === 204 ? undefined : answerText);
}
