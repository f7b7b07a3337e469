import { type Channel, isSocketId, isUserId, limits, parseChannel } from "@usher/protocol";

// The sentences are those of the `pusher` package (protocol 8.3): apps and their tests compare them.

export function checkSocketId(socketId: unknown): asserts socketId is string {
  if (!isSocketId(socketId)) throw new Error(`Invalid socket id: '${socketId}'`);
}

/** The channel of that name. A user's own channel is not among those that can be named. */
export function namedChannel(name: unknown): Channel {
  const channel = typeof name === "string" ? parseChannel(name, Number.POSITIVE_INFINITY) : undefined;
  if (!channel || channel.kind === "user") throw new Error(`Invalid channel name: '${name}'`);
  if (channel.name.length > limits.channelNameLength) throw new Error(`Channel name too long: '${name}'`);
  return channel;
}

export function checkEventName(event: string): void {
  if (event.length > limits.eventNameLength) throw new Error(`Too long event name: '${event}'`);
}

export function checkUserId(userId: unknown): asserts userId is string {
  if (!isUserId(userId)) throw new Error(`Invalid user id: '${userId}'`);
}

/** Only the id is looked at; what else the app says of its user is its own affair. */
export function checkUserData(userData: unknown): void {
  if (typeof userData !== "object" || userData === null) throw new Error(`Invalid user data: '${userData}'`);
  checkUserId("id" in userData ? userData.id : undefined);
}
