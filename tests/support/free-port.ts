import { createServer } from "node:net";

/** Below the ports that the system gives to connections on their way out, of which tests have thousands. */
const [lowest, highest] = [20_000, 32_000];

/** A port on which nobody listens, for a program that must be told one. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once("error", () => resolve(false));
      server.listen(port, "127.0.0.1", () => resolve(true));
    });
    if (!isFree) continue;
    await new Promise((closed) => server.close(closed));
    return port;
  }
}
