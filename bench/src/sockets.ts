import { once } from "node:events";
import { connect, type Socket } from "node:net";

// All sockets read into one buffer: a callback is done with it before the next one runs.
const shared = Buffer.allocUnsafe(262_144);

/** Addresses of the loopback range take turns, so that more sockets than one address has ports can be open. */
function source(index: number): string {
  return `127.0.0.${2 + (index % 8)}`;
}

/** A client that counts frames and reads nothing of them. */
export class CountingSocket {
  received = 0;
  onFrame: (() => void) | undefined;
  readonly #socket: Socket;
  #upgraded = false;
  /** Bytes of the current frame that have not arrived. */
  #missing = 0;
  #header = Buffer.alloc(0);

  constructor(port: number, index: number) {
    const onread = { buffer: shared, callback: (bytes: number) => this.#read(shared.subarray(0, bytes)) };
    this.#socket = connect({ host: "127.0.0.1", port, localAddress: source(index), onread, noDelay: true });
    this.#socket.on("error", () => {});
    this.#socket.write(
      `GET /app/app-key?protocol=7&client=bench HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
  }

  /** Resolves when that many frames have arrived since the socket was opened. */
  async frames(count: number): Promise<void> {
    if (this.received >= count) return;
    await new Promise<void>((resolve) => {
      this.onFrame = () => {
        if (this.received < count) return;
        this.onFrame = undefined;
        resolve();
      };
    });
  }

  subscribe(channel: string): void {
    this.#write(JSON.stringify({ event: "pusher:subscribe", data: { auth: "", channel } }));
  }

  async close(): Promise<void> {
    this.#socket.resetAndDestroy();
    if (!this.#socket.closed) await once(this.#socket, "close");
  }

  #write(text: string): void {
    const payload = Buffer.from(text);
    // A client must mask what it sends; a mask of zeros changes nothing.
    this.#socket.write(Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]));
  }

  #read(bytes: Buffer): true {
    let at = 0;
    if (!this.#upgraded) {
      at = bytes.indexOf("\r\n\r\n") + 4;
      this.#upgraded = at > 3;
    }
    if (this.#header.length > 0) {
      bytes = Buffer.concat([this.#header, bytes.subarray(at)]);
      this.#header = Buffer.alloc(0);
      at = 0;
    }
    while (at < bytes.length) {
      if (this.#missing === 0) {
        const short = (bytes[at + 1] ?? 0) & 127;
        const header = short === 126 ? 4 : 2;
        if (at + header > bytes.length) {
          this.#header = Buffer.from(bytes.subarray(at));
          break;
        }
        this.#missing = short === 126 ? bytes.readUInt16BE(at + 2) : short;
        at += header;
      }
      const taken = Math.min(this.#missing, bytes.length - at);
      at += taken;
      this.#missing -= taken;
      if (this.#missing === 0) {
        this.received++;
        this.onFrame?.();
      }
    }
    return true;
  }
}

/** Opens that many subscribed sockets, a few hundred at a time. */
export async function openSockets(port: number, count: number, channelOf: (index: number) => string): Promise<CountingSocket[]> {
  const sockets: CountingSocket[] = [];
  while (sockets.length < count) {
    const batch = Array.from({ length: Math.min(200, count - sockets.length) }, (_, index) => new CountingSocket(port, sockets.length + index));
    for (const socket of batch) await socket.frames(1);
    batch.forEach((socket, index) => {
      socket.subscribe(channelOf(sockets.length + index));
    });
    for (const socket of batch) await socket.frames(2);
    sockets.push(...batch);
  }
  return sockets;
}
