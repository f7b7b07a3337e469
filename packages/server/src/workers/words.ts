import type { ConfigInput } from "../config/config.ts";
import type { Listening } from "../server.ts";

/** What a parent and a worker say to each other beside what goes over their line. */

/** To a worker. */
export type ToWorker =
  | { readonly kind: "start"; readonly node: string; readonly number: number; readonly config: ConfigInput }
  | { readonly kind: "stop" }
  | { readonly kind: "ping" }
  | { readonly kind: "line"; readonly message: object };

/** From a worker. */
export type FromWorker =
  /** It hears from now on; what was said before is lost. */
  | { readonly kind: "here" }
  | { readonly kind: "listening"; readonly listening: Listening }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "pong" }
  | { readonly kind: "line"; readonly message: object };
