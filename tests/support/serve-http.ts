import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** Serves on a port of its own until the test has ended. @returns its origin */
export async function serveHttp(listener: RequestListener): Promise<string> {
  const http = createServer(listener).listen(0, "127.0.0.1");
  await once(http, "listening");
  onTestFinished(async () => {
    http.close();
    http.closeAllConnections();
    await once(http, "close");
  });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
}
