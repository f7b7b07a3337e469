import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { ListenError } from "./listen-error.ts";

/**
 * Listens there for a moment, as nobody else does.
 *
 * @param port 0 for any free one
 * @returns the port
 * @throws ListenError if one cannot
 */
export async function tryListening({ host, port }: { host: string; port: number }): Promise<number> {
  const server = createServer().listen({ host, port, exclusive: true });
  try {
    await once(server, "listening");
  } catch (error) {
    throw new ListenError((error as NodeJS.ErrnoException).code ?? "UNKNOWN", { host, port });
  }
  const { port: bound } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return bound;
}
