import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { signRequest } from "@usher/credentials";
import type { Peer } from "./peer.ts";

const digests = {
  hmac: (secret: string, text: string) => createHmac("sha256", secret).update(text).digest("hex"),
  md5: (body: string | Uint8Array) => createHash("md5").update(body).digest("hex"),
};

/** The bytes of one publish, signed if the peer wants it. Prepared before the clock runs. */
export function publishRequest(peer: Peer, channel: string, bytes: number): Buffer {
  const body = JSON.stringify({ name: "bench", channels: [channel], data: "x".repeat(bytes) });
  const path = "/apps/app-id/events";
  const key = { key: "app-key", secret: "app-secret" };
  const query = peer.signed ? `?${signRequest(key, { method: "POST", path, body }, digests, Math.floor(Date.now() / 1000))}` : "";
  return Buffer.from(
    `POST ${path}${query} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
}

/** An app server with one connection that is kept alive: one request at a time. */
export class Publisher {
  /** Called when a request was answered. */
  onAnswer: (() => void) | undefined;
  readonly #socket: Socket;
  #pending = "";

  constructor(port: number) {
    this.#socket = connect({ host: "127.0.0.1", port, noDelay: true });
    this.#socket.setEncoding("latin1").on("data", (text: string) => this.#read(text));
  }

  publish(request: Buffer): void {
    this.#socket.write(request);
  }

  async close(): Promise<void> {
    this.#socket.destroy();
    if (!this.#socket.closed) await once(this.#socket, "close");
  }

  #read(text: string): void {
    this.#pending += text;
    if (!this.#pending.startsWith("HTTP/1.1 200")) throw new Error(`publish was refused: ${this.#pending}`);
    if (!this.#pending.endsWith("\r\n\r\n{}")) return;
    this.#pending = "";
    this.onAnswer?.();
  }
}
