import type { TemplatedApp, us_listen_socket } from "uWebSockets.js";
import { once } from "node:events";
import { createServer } from "node:net";
import { ListenError } from "../listen-error.ts";
import type { Fanout, Inbound, Transport } from "../transport.ts";
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

  async listen(address: { host: string; port: number }, inbound: Inbound): Promise<number> {
    serveSockets(this.#app, inbound);
    serveHttp(this.#app, inbound);
    const socket = await this.#listenAlone(address);
    if (socket === false) throw new ListenError(await whyNot(address), address);
    return this.#engine.us_socket_local_port(socket);
  }

  #listenAlone({ host, port }: { host: string; port: number }): Promise<us_listen_socket | false> {
    // The engine takes options beside a host; its declarations do not know it.
    const listen = this.#app.listen.bind(this.#app) as unknown as ListenAlone;
    const exclusively = 1 satisfies Engine["ListenOptions"]["LIBUS_LISTEN_EXCLUSIVE_PORT"];
    return new Promise((resolve) => {
      listen(host, port, exclusively, resolve);
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

/** The engine says that it cannot listen, and not why: Node is asked to do the same, and says. */
async function whyNot({ host, port }: { host: string; port: number }): Promise<string> {
  const server = createServer().listen(port, host);
  try {
    await once(server, "listening");
    server.close();
    return "EADDRINUSE"; // it was taken a moment ago
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? "UNKNOWN";
  }
}
