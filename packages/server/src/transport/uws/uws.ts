import type { TemplatedApp, us_listen_socket } from "uWebSockets.js";
import { addressInUse, type Fanout, type Inbound, type Transport } from "../transport.ts";
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

  listen({ host, port }: { host: string; port: number }, inbound: Inbound): Promise<number> {
    serveSockets(this.#app, inbound);
    serveHttp(this.#app, inbound);
    return new Promise((resolve, reject) => {
      const listening = (socket: us_listen_socket | false): void => {
        if (socket === false) reject(addressInUse(host, port));
        else resolve(this.#engine.us_socket_local_port(socket));
      };
      // The engine takes options beside a host; its declarations do not know it.
      const listen = this.#app.listen.bind(this.#app) as unknown as ListenAlone;
      listen(host, port, 1 satisfies Engine["ListenOptions"]["LIBUS_LISTEN_EXCLUSIVE_PORT"], listening);
    });
  }

  async close(): Promise<void> {
    this.#app.close();
  }
}

type ListenAlone = (
  host: string,
  port: number,
  exclusively: 1,
  listening: (socket: us_listen_socket | false) => void,
) => void;
