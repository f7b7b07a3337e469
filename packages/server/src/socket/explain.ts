import type { AuthFault } from "@usher/credentials";

/**
 * What is wrong with an `auth` string, in a sentence for the developer of the app server.
 *
 * @param expected the string that had to be signed: it holds nothing that its sender did not send
 */
export function explain(fault: AuthFault, expected: string): string {
  switch (fault) {
    case "malformed":
      return "auth must be the key of the app and a signature, joined by a colon";
    case "unknown-key":
      return "The key in auth is not a key of this app";
    case "wrong-signature":
      return `The signature in auth is not the HMAC-SHA256 of ${JSON.stringify(expected)} with the secret of its key`;
  }
}
