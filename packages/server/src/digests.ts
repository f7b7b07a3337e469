import { createHash, createHmac } from "node:crypto";
import type { Digests } from "@usher/credentials";

/** The digests of the credentials, by Node's own cryptography. */
export const digests: Digests = {
  hmac: (secret, text) => createHmac("sha256", secret).update(text).digest("hex"),
  md5: (body) => createHash("md5").update(body).digest("hex"),
};
