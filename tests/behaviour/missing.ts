/** What our client does not have, by the sentence of the case that it cannot play. */
export const missing: Readonly<Record<string, string>> = {
  "config says where the client connects to": "it has no property config",
  "a channel knows its client": "a channel has no property pusher",
  "authorize of a private channel asks the endpoint for any socket": "a channel has no method authorize",
  "authorize of a public channel answers at once, with an empty auth": "a channel has no method authorize",
  "handleEvent of a channel does as the server's event": "a channel has no method handleEvent",
  "usingTLS and key of the connection say what it is made with": "the connection has no properties usingTLS and key",
  "the low-level connection knows the socket id, and is null without one": "the connection has no property connection",
};
