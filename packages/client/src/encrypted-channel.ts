import { xsalsa20poly1305 } from "@noble/ciphers/salsa.js";
import { isRecord, parseJson, type ReceivedFrame } from "@usher/protocol";
import { AuthError } from "./auth-error.ts";
import type { ChannelAuthorizationData } from "./authorize.ts";
import { UnsupportedFeature } from "./errors.ts";
import { isReserved } from "./event-name.ts";
import { PrivateChannel } from "./private-channel.ts";

/** In bytes, as those of NaCl's secretbox. */
const keyLength = 32;
const nonceLength = 24;

/**
 * A private channel whose events only its backend and its subscribers can read (protocol 2.1): XSalsa20 and Poly1305, by a key that
 * the backend gives with the signature.
 *
 * Emits events with their data only. An event that cannot be read makes it ask for the key again, once; what comes meanwhile waits.
 * One that cannot be read then either is dropped, and the log says so.
 */
// biome-ignore lint/suspicious/noExplicitAny: where nothing is said of events, any may come
export class EncryptedChannel<Map extends object = any> extends PrivateChannel<Map> {
  #key: Uint8Array | undefined;
  /** Events in the order of their coming, while the key is asked for again. */
  #waiting: ReceivedFrame[] | undefined;

  /** @throws UnsupportedFeature, always: the protocol has no client events on encrypted channels */
  override trigger(_event: unknown, _data: unknown): boolean {
    throw new UnsupportedFeature("Client events are not currently supported for encrypted channels");
  }

  override disconnect(): void {
    super.disconnect();
    this.#waiting = undefined;
  }

  override unsubscribe(): void {
    super.unsubscribe();
    this.#waiting = undefined;
  }

  override received(frame: ReceivedFrame): void {
    if (isReserved(frame.event)) super.received(frame);
    else if (this.#waiting) this.#waiting.push(frame);
    else if (!this.#tell(frame)) void this.#renewKey(frame);
  }

  protected override async authorize(socketId: string, signal: AbortSignal): Promise<ChannelAuthorizationData> {
    const { shared_secret, ...signed } = await super.authorize(socketId, signal);
    const key = decodeBase64(shared_secret);
    if (key?.length !== keyLength) {
      const wrong = shared_secret === undefined ? "" : `, of ${keyLength} bytes in base64`;
      throw new AuthError(`No shared_secret key in auth payload for encrypted channel: ${this.name}${wrong}`);
    }
    if (!signal.aborted) this.#key = key;
    return signed;
  }

  /** @returns whether it could be read */
  #tell({ event, data }: ReceivedFrame): boolean {
    const text = this.#read(data);
    if (text === undefined) return false;
    const value = parseJson(text);
    this.emit(event, value === undefined ? text : value);
    return true;
  }

  #read(data: unknown): string | undefined {
    if (!isRecord(data) || !this.#key) return undefined;
    const [box, nonce] = [decodeBase64(data["ciphertext"]), decodeBase64(data["nonce"])];
    if (!box || nonce?.length !== nonceLength) return undefined;
    try {
      return new TextDecoder().decode(xsalsa20poly1305(this.#key, nonce).decrypt(box));
    } catch {
      return undefined; // it was encrypted with another key, or changed on its way
    }
  }

  /** The backend may have another key by now. */
  async #renewKey(unread: ReceivedFrame): Promise<void> {
    const waiting = [unread];
    this.#waiting = waiting;
    const { socket_id: socketId } = this.pusher.connection;
    if (socketId !== undefined) await this.authorize(socketId, this.signal).catch(() => {});
    if (this.#waiting !== waiting) return; // the connection is gone, and its events with it
    this.#waiting = undefined;
    for (const frame of waiting)
      if (!this.#tell(frame)) this.pusher.log("Event dropped that cannot be decrypted", frame.event, this.name);
  }
}

function decodeBase64(text: unknown): Uint8Array | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
