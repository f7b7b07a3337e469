import { createHash } from "node:crypto";

/** A Lua script that the store runs as one step. */
export interface Script {
  readonly text: string;
  /** By which the store knows it, once it has run it. */
  readonly sha: string;
}

/** @param parts joined by line breaks */
export function script(...parts: readonly string[]): Script {
  const text = parts.join("\n");
  return { text, sha: createHash("sha1").update(text).digest("hex") };
}
