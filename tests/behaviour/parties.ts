import { Usher } from "@usher/client/with-encryption";
import pusherJs, { type Options } from "pusher-js";

/** A client as the official one is; ours stands in its place. */
export type Client = import("pusher-js").default;

/** The class of it. */
export type ClientClass = (new (
  key: string,
  options: Options,
) => Client) &
  Pick<typeof import("pusher-js").default, "instances" | "logToConsole" | "log">;

// Declared as an ES module, published as CommonJS: the class is the default import.
export const official = pusherJs as unknown as ClientClass;
export const ours = Usher as unknown as ClientClass;
