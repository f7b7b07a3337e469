import { isRecord, parseJson, type ReceivedFrame } from "@usher/protocol";
import { AuthError } from "./auth-error.ts";
import type { ChannelAuthorizationData } from "./authorize.ts";
import type { PresenceProtocolEvents } from "./events.ts";
import { Members } from "./members.ts";
import { PrivateChannel } from "./private-channel.ts";

/**
 * A private channel whose subscribers see each other (protocol 2.6).
 *
 * Emits `pusher:subscription_succeeded` with its `members`, `pusher:member_added` and `pusher:member_removed` with a `Member`.
 */
// biome-ignore lint/suspicious/noExplicitAny: where nothing is said of events, any may come
export class PresenceChannel<Map extends object = any> extends PrivateChannel<Map, PresenceProtocolEvents> {
  readonly members: Members = new Members();

  override disconnect(): void {
    super.disconnect();
    this.members.reset();
  }

  override received(frame: ReceivedFrame): void {
    if (frame.event === "pusher_internal:member_added") this.#added(frame.data);
    else if (frame.event === "pusher_internal:member_removed") this.#removed(frame.data);
    else super.received(frame);
  }

  /** Learns who this client is in the channel: whom the app's server named, else the user that is signed in. */
  protected override async authorize(socketId: string, signal: AbortSignal): Promise<ChannelAuthorizationData> {
    const signed = await super.authorize(socketId, signal);
    const id = signed.channel_data === undefined ? await this.#signedInId() : userId(parseJson(signed.channel_data));
    if (id === undefined) throw new AuthError(`Invalid auth response for ${this.name}: no user_id in channel_data`);
    if (!signal.aborted) this.members.myID = id;
    return signed;
  }

  protected override welcome(data: unknown): Members {
    this.members.fill(data);
    return this.members;
  }

  async #signedInId(): Promise<string> {
    await this.pusher.user.signinDonePromise;
    const user = this.pusher.user.user_data;
    if (user) return user.id;
    throw new AuthError(`Invalid auth response for ${this.name}: no channel_data, and no user is signed in`);
  }

  #added(data: unknown): void {
    const id = userId(data);
    if (id === undefined) return;
    const member = { id, info: (data as { user_info?: unknown }).user_info };
    this.members.add(member);
    this.emit("pusher:member_added", member);
  }

  #removed(data: unknown): void {
    const id = userId(data);
    const member = id === undefined ? null : this.members.remove(id);
    if (member) this.emit("pusher:member_removed", member);
  }
}

/** A number and its decimal string are one user; members are listed under the string. */
function userId(value: unknown): string | undefined {
  const id = isRecord(value) ? value["user_id"] : undefined;
  if (typeof id === "number") return String(id);
  return typeof id === "string" && id !== "" ? id : undefined;
}
