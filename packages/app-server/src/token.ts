import { equalInConstantTime } from "@usher/credentials";
import { digests } from "./digests.ts";

/** One key of the app with its secret, as the `pusher` package has it. */
export class Token {
  readonly key: string;
  readonly secret: string;

  constructor(key: string, secret: string) {
    this.key = key;
    this.secret = secret;
  }

  /** The HMAC-SHA256 of the text in lower-case hexadecimal. */
  sign(text: string): string {
    return digests.hmac(this.secret, text);
  }

  /** Whether the signature is that of the text; in constant time. */
  verify(text: string, signature: string): boolean {
    return equalInConstantTime(signature, this.sign(text));
  }
}
