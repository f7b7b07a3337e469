import type { TemplatedApp, us_listen_socket } from "uWebSockets.js";
import { ListenError } from "../listen-error.ts";
import { tryListening } from "../occupant.ts";
import type { Address, Fanout, Inbound, Transport } from "../transport.ts";
import { createFanout } from "./fanout.ts";
import { serveHttp } from "./http.ts";
import { serveSockets } from "./sockets.ts";

type Engine = typeof import("uWebSockets.js");

/**
 * The transport on uWebSockets.js: its own sockets, topics and HTTP parser.
 *
 * @throws Error where the engine has no binary for this platform and Node version
 */
export async function createUwsTransport(): Promise<Transport> {
  const { default: engine } = (await import("uWebSockets.js")) as { default: Engine };
  return new UwsTransport(engine);
}

class UwsTransport implements Transport {
  readonly name = "uws";
  readonly fanout: Fanout;
  readonly #engine: Engine;
  readonly #app: TemplatedApp;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#app = engine.App();
    this.fanout = createFanout(this.#app);
  }

  async listen(address: Address, inbound: Inbound): Promise<number> {
    serveSockets(this.#app, inbound);
    serveHttp(this.#app, inbound);
    const socket = await this.#listen(address);
    if (socket === false) {
      await tryListening(address); // the engine says that it cannot, and not why: Node is asked to do the same, and says
      throw new ListenError("EADDRINUSE", address); // it was taken a moment ago
    }
    return this.#engine.us_socket_local_port(socket);
  }

  #listen({ host, port, shared }: Address): Promise<us_listen_socket | false> {
    // The engine takes options beside a host; its declarations do not know it.
    const listen = this.#app.listen.bind(this.#app) as unknown as Listen;
    const exclusively = 1 satisfies Engine["ListenOptions"]["LIBUS_LISTEN_EXCLUSIVE_PORT"];
    const byReuse = 0 satisfies Engine["ListenOptions"]["LIBUS_LISTEN_DEFAULT"];
    return new Promise((resolve) => {
      listen(host, port, shared ? byReuse : exclusively, resolve);
    });
  }

  async close(): Promise<void> {
    this.#app.close();
  }
}

type Listen = (
  host: string,
  port: number,
  options: 0 | 1,
  listening: (socket: us_listen_socket | false) => void,
) => void;
