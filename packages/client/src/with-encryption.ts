import type { Channel, ChannelClient } from "./channel.ts";
import { DropIn } from "./drop-in.ts";
import { EncryptedChannel } from "./encrypted-channel.ts";
import type { Events } from "./events.ts";

/** The client that can read encrypted channels, those whose names begin with `private-encrypted-`. */
// biome-ignore lint/suspicious/noExplicitAny: where nothing is said of events, any may come
class EncryptingUsher<E extends Events = any> extends DropIn<E> {
  override createEncrypted(name: string, client: ChannelClient): Channel {
    return new EncryptedChannel(name, client);
  }
}

export type { EncryptedChannel } from "./encrypted-channel.ts";
export * from "./index.ts";
export {
  EncryptingUsher as default,
  EncryptingUsher as "module.exports",
  EncryptingUsher as Pusher,
  EncryptingUsher as Usher,
};
