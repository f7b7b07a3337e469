import type { Client } from "./parties.ts";

/** Of laravel-echo what the suite uses. */
export interface Echo {
  readonly connector: {
    readonly pusher: Client;
    signin(): void;
    onConnectionChange(tell: (status: string) => void): () => void;
  };
  channel(name: string): EchoChannel;
  private(name: string): WhisperingChannel;
  encryptedPrivate(name: string): EchoChannel;
  join(name: string): EchoRoom;
  leave(name: string): void;
  socketId(): string | undefined;
  connectionStatus(): string;
  disconnect(): void;
}

// biome-ignore lint/suspicious/noExplicitAny: what events say is the app's affair
type Tell = (said: any) => void;

interface EchoChannel {
  subscribed(tell: Tell): this;
  error(tell: Tell): this;
  notification(tell: Tell): this;
  listen(event: string, tell: Tell): this;
  stopListening(event: string): this;
  listenToAll(tell: (event: string, said: unknown) => void): this;
  stopListeningToAll(): this;
}

export interface WhisperingChannel extends EchoChannel {
  whisper(event: string, said: object): this;
  listenForWhisper(event: string, tell: Tell): this;
}

interface EchoRoom extends WhisperingChannel {
  here(tell: Tell): this;
  joining(tell: Tell): this;
  leaving(tell: Tell): this;
}

// By its address, so that the compiler does not read its declarations: they take the official client for an ES module.
const { default: Echo } = await import(import.meta.resolve("laravel-echo"));

/** Laravel's library over a client that is there already. */
export function echoOver(client: Client): Echo {
  return new Echo({ broadcaster: "pusher", key: client.key, client, withoutInterceptors: true });
}

/** Resolves with what a callback of Echo is first told. */
// biome-ignore lint/suspicious/noExplicitAny: what events say is the app's affair
export function first(listen: (tell: Tell) => unknown): Promise<any> {
  return new Promise((resolve) => {
    listen(resolve);
  });
}

/** Writes down what a callback of Echo is told from now on. */
export function all(listen: (tell: Tell) => unknown): unknown[] {
  const told: unknown[] = [];
  listen((said) => told.push(said));
  return told;
}
