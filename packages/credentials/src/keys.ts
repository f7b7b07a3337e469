/** One key of an app with its secret. An app has one or more of them; any of them verifies. */
export interface AppKey {
  readonly key: string;
  readonly secret: string;
}

/**
 * HMAC-SHA256 in lowercase hexadecimal. It comes in as a parameter, so that this package runs wherever its caller does.
 *
 * @param text taken as UTF-8
 */
export type Hmac = (secret: string, text: string) => string;

/** MD5 in lowercase hexadecimal; a string is taken as UTF-8. The HTTP API binds the body to the signature by it. */
export type Md5 = (body: string | Uint8Array) => string;

/** Both digests that a signed request needs. */
export interface Digests {
  readonly hmac: Hmac;
  readonly md5: Md5;
}
