import { createHash, createHmac } from "node:crypto";
import type { Digests } from "../keys.ts";

/** The digests of Node: what this package is handed by a server. */
export const digests: Digests = {
  hmac: (secret, text) => createHmac("sha256", secret).update(text).digest("hex"),
  md5: (body) => createHash("md5").update(body).digest("hex"),
};

/** The text with the character at the place made another one. */
export function changedAt(text: string, index: number): string {
  const other = text[index] === "0" ? "1" : "0";
  return text.slice(0, index) + other + text.slice(index + 1);
}
