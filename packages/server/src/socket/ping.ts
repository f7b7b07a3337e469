import type { Core } from "../core.ts";
import type { Connection } from "./connection.ts";

/** The client wants to know whether the server is there. */
export function ping(_core: Core, connection: Connection): void {
  connection.send({ event: "pusher:pong", data: {} });
}

/** The client answered the server's ping. That it said anything is all the answer there is: dispatch has noted it. */
export function pong(): void {}
