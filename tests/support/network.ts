import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A network between clients and servers that can fail. */
export interface Network {
  readonly port: number;
  /** Cuts every connection that runs through it, without a goodbye. New ones are let through. */
  cut(): void;
  /** Cuts every connection, and lets none through until it is mended. */
  sever(): void;
  mend(): void;
  close(): Promise<void>;
}

/** @param targets the ports of the servers; connections go to one after the other */
export async function openNetwork(...targets: readonly [number, ...number[]]): Promise<Network> {
  const sockets = new Set<Socket>();
  let connections = 0;
  let severed = false;
  const server = createServer((near) => {
    if (severed) return void near.destroy();
    const far = connect(targets[connections++ % targets.length] ?? targets[0], "127.0.0.1");
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay();
      socket.pipe(other);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    cut,
    sever() {
      severed = true;
      cut();
    },
    mend() {
      severed = false;
    },
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
