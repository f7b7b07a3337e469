import { engineLimits } from "./transport.ts";

/**
 * A body that arrives in pieces. However small they are, it takes about the room of its bytes: a client that sends a million
 * pieces of one byte must not cost more than one that sends them at once.
 */
export class Body {
  #room = Buffer.alloc(0);
  #size = 0;

  /** Copies a piece. @returns whether there was room; a body over the limit is to be given up */
  add(piece: Uint8Array): boolean {
    const size = this.#size + piece.length;
    if (size > engineLimits.bodyBytes) return false;
    if (size > this.#room.length) {
      const larger = Buffer.allocUnsafe(Math.max(size, 2 * this.#room.length));
      larger.set(this.bytes);
      this.#room = larger;
    }
    this.#room.set(piece, this.#size);
    this.#size = size;
    return true;
  }

  get bytes(): Uint8Array {
    return this.#room.subarray(0, this.#size);
  }
}
