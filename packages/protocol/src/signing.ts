/**
 * The string that is signed for a subscription to a private or presence channel.
 *
 * @see docs/protocol.md, 2.2
 * @param channelData the exact string that is sent, never one made anew from its value
 */
export function channelString(socketId: string, channel: string, channelData?: string): string {
  return channelData ? `${socketId}:${channel}:${channelData}` : `${socketId}:${channel}`;
}

/**
 * The string that is signed for a sign-in.
 *
 * @see docs/protocol.md, 4.1
 * @param userData the exact string that is sent, never one made anew from its value
 */
export function userString(socketId: string, userData: string): string {
  return `${socketId}::user::${userData}`;
}

/**
 * The string that is signed for a request to the HTTP API.
 *
 * @see docs/protocol.md, 5.1
 * @param method in any case
 * @param path as it stands in the request line, still escaped, without the query
 * @param params all query parameters but `auth_signature`, decoded; several values of one name keep their order
 */
export function requestString(method: string, path: string, params: Iterable<readonly [string, string]>): string {
  const sorted = Array.from(params, ([name, value]) => [name.toLowerCase(), value] as const);
  sorted.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  let query = "";
  for (const [name, value] of sorted) query += query === "" ? `${name}=${value}` : `&${name}=${value}`;
  return `${method.toUpperCase()}\n${path}\n${query}`;
}

/** The string that is signed for a webhook: the body, byte for byte as it is sent. */
export function webhookString(body: string): string {
  return body;
}
