import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A way to a server that can be cut: what was on it is lost, and nobody comes through until it is mended. */
export class Wire {
  readonly #sockets = new Set<Socket>();
  #cut = false;
  port = 0;

  /** @param to the port of the server */
  static async to(to: number): Promise<Wire> {
    const wire = new Wire();
    const server = createServer((near) => {
      if (wire.#cut) return void near.destroy();
      const far = connect(to, "127.0.0.1");
      for (const [socket, other] of [
        [near, far],
        [far, near],
      ] as const) {
        wire.#sockets.add(socket);
        socket.pipe(other);
        socket.on("error", () => {});
        socket.on("close", () => {
          wire.#sockets.delete(socket);
          other.destroy();
        });
      }
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    wire.port = (server.address() as AddressInfo).port;
    onTestFinished(() => {
      wire.cut();
      server.close();
    });
    return wire;
  }

  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }
}
