import { authFault } from "./auth-error.ts";
import type { ChannelAuthorizationData } from "./authorize.ts";
import { Channel } from "./channel.ts";
import type { ChannelProtocolEvents } from "./events.ts";

/** A channel for which the app's server gives leave. */
// biome-ignore lint/suspicious/noExplicitAny: where nothing is said of events, any may come
export class PrivateChannel<Map extends object = any, Protocol = ChannelProtocolEvents> extends Channel<Map, Protocol> {
  #attempt = new AbortController();

  /** Aborted when the connection goes for which something was signed. */
  protected get signal(): AbortSignal {
    return this.#attempt.signal;
  }

  override disconnect(): void {
    this.#attempt.abort();
    super.disconnect();
  }

  protected override request(socketId: string): void {
    this.#attempt = new AbortController();
    void this.#joinSigned(socketId, this.#attempt.signal);
  }

  /** Gets the signature for this socket. Once the signal is aborted, it must change nothing more. */
  protected authorize(socketId: string, signal: AbortSignal): Promise<ChannelAuthorizationData> {
    return this.pusher.authorizeChannel({ socketId, channelName: this.name }, signal);
  }

  async #joinSigned(socketId: string, signal: AbortSignal): Promise<void> {
    try {
      const signed = await this.authorize(socketId, signal);
      if (!signal.aborted) this.join(signed); // else it was signed for a connection that is gone
    } catch (error) {
      if (!signal.aborted) this.failed(authFault(error));
    }
  }
}
