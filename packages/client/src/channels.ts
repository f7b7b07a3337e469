import { parseOpenChannel } from "@usher/protocol";
import { Channel, type ChannelClient } from "./channel.ts";
import { BadChannelName } from "./errors.ts";
import { PresenceChannel } from "./presence-channel.ts";
import { PrivateChannel } from "./private-channel.ts";

/** The channels that the app has asked for and not given back, be they subscribed yet or not. */
export class Channels {
  /** Name -> channel, in the order of asking. It has no prototype, so that any name can stand in it. */
  readonly channels: Record<string, Channel> = Object.create(null);

  /**
   * The channel of this name, made if there is none yet.
   *
   * @throws BadChannelName if no app may subscribe to it, UnsupportedFeature if it is encrypted and this client cannot decrypt
   */
  add(name: string, client: ChannelClient): Channel {
    this.channels[name] ??= createChannel(name, client);
    return this.channels[name];
  }

  all(): Channel[] {
    return Object.values(this.channels);
  }

  find(name: string): Channel | undefined {
    return this.channels[name];
  }

  /** Forgets a channel; what is bound to it goes with it. */
  remove(name: string): void {
    delete this.channels[name];
  }

  /** The connection is gone. What the app has given back meanwhile will not be asked for again. */
  disconnect(): void {
    for (const channel of this.all()) {
      channel.disconnect();
      if (channel.subscriptionCancelled) this.remove(channel.name);
    }
  }
}

function createChannel(name: string, client: ChannelClient): Channel {
  // How long a name may be is the server's to say: it has a setting for it.
  const channel = parseOpenChannel(name, name.length);
  if (!channel) throw new BadChannelName(`Cannot create a channel with name "${name}".`);
  if (channel.encrypted) return client.createEncrypted(name, client);
  if (channel.kind === "presence") return new PresenceChannel(name, client);
  return channel.kind === "private" ? new PrivateChannel(name, client) : new Channel(name, client);
}
