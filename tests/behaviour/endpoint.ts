import { once } from "node:events";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { openInbox } from "./inbox.ts";

/** A request of a client for a signature. */
interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** @param body as JSON, unless it is a string */
  answer(status: number, body: unknown): void;
}

/** The app's own backend, which answers when the case does. */
export interface Endpoint {
  readonly url: string;
  next(): Promise<Request>;
  /** How many requests there have been. */
  readonly requests: number;
  close(): Promise<void>;
}

export async function openEndpoint(): Promise<Endpoint> {
  const requests = openInbox<Request>("a request at the endpoint");
  let count = 0;
  const http = createServer(async (request, response) => {
    count++;
    const { method = "", url: path = "", headers } = request;
    const body = await text(request);
    requests.put({
      method,
      path,
      headers,
      body,
      answer: (status, answer) =>
        response.writeHead(status).end(typeof answer === "string" ? answer : JSON.stringify(answer)),
    });
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    next: requests.next,
    get requests() {
      return count;
    },
    async close() {
      http.close();
      http.closeAllConnections();
      await once(http, "close");
    },
  };
}
