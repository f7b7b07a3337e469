/** One key of the ring. */
export interface RingKey {
  /** Names the key in the tokens that it has sealed. */
  readonly kid: string;
  /** At least 32 bytes of chance, such as `openssl rand -base64 32` prints. */
  readonly secret: string;
}

/** Keys for tokens: the first seals, all open, so that a new one can come before the old one goes. */
export class KeyRing {
  readonly current: string;
  readonly #secrets: ReadonlyMap<string, string>;
  readonly #keys = new Map<string, Promise<Uint8Array>>();

  /** @throws Error if there is none, or one is weak or named twice */
  constructor(keys: readonly RingKey[]) {
    const [newest] = keys;
    if (!newest) throw new Error("keys is empty: give at least one { kid, secret }, the newest first");
    for (const { kid, secret } of keys) {
      if (!kid) throw new Error("A key has no kid: give each a name, such as the month in which it was made");
      if (new TextEncoder().encode(secret).length >= 32) continue;
      throw new Error(`The secret of the key ${kid} is shorter than 32 bytes: make one with "openssl rand -base64 32"`);
    }
    this.#secrets = new Map(keys.map(({ kid, secret }) => [kid, secret]));
    if (this.#secrets.size < keys.length) throw new Error("Two keys have the same kid");
    this.current = newest.kid;
  }

  /**
   * The bytes for one use of a key. Uses do not share bytes, so that what is sealed for one opens in no other.
   *
   * @returns `undefined` if there is no such key any more
   */
  bytes(kid: string, use: string, length: number): Promise<Uint8Array> | undefined {
    const secret = this.#secrets.get(kid);
    if (secret === undefined) return undefined;
    const name = `${kid} ${use}`;
    const made = this.#keys.get(name) ?? derive(secret, use, length);
    this.#keys.set(name, made);
    return made;
  }
}

async function derive(secret: string, use: string, length: number): Promise<Uint8Array> {
  const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);
  const base = await crypto.subtle.importKey("raw", encode(secret), "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: encode(`usher identity: ${use}`) };
  return new Uint8Array(await crypto.subtle.deriveBits(how, base, length * 8));
}
