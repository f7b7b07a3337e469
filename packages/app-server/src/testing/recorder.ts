import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

interface Recorded {
  readonly method: string | undefined;
  readonly path: string;
  readonly query: string;
  readonly contentType: string | undefined;
  readonly body: string;
}

export interface Recorder {
  readonly port: number;
  /** The one request that the call made. */
  of(call: () => Promise<unknown>): Promise<Recorded>;
  close(): void;
}

/** A server that answers `{}` to everything and keeps what it was asked. */
export async function startRecorder(): Promise<Recorder> {
  const recorded: Recorded[] = [];
  const server = createServer(async (req, res) => {
    let body = "";
    for await (const chunk of req.setEncoding("utf8")) body += chunk;
    const [path = "", query = ""] = (req.url ?? "").split("?");
    recorded.push({ method: req.method, path, query, contentType: req.headers["content-type"], body });
    res.setHeader("content-type", "application/json").end("{}");
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as AddressInfo).port,
    async of(call) {
      recorded.length = 0;
      await call();
      const [request, second] = recorded;
      if (!request || second) throw new Error(`${recorded.length} requests were made instead of one`);
      return request;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
