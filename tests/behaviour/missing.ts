const encryption = "it has no cipher yet: subscribing to an encrypted channel throws";
const deprecated = "it reads no deprecated options yet";

/** What our client does not have yet, by the sentence of the case that it cannot play. */
export const missing: Readonly<Record<string, string>> = {
  "the options are kept on the client": "it has no property options",
  "config says where the client connects to": "it has no property config",
  "shouldUseTLS() is what forceTLS said": "it has no method shouldUseTLS",
  "subscribeAll() subscribes to those that are not subscribed to": "it has no method subscribeAll",
  "switchCluster connects anew with the new key, and the same host if wsHost was given":
    "it has no method switchCluster",
  "switchCluster keeps channels and listeners": "it has no method switchCluster",
  "a channel knows its client": "a channel has no property pusher",
  "isReady is true, and ready() connects those that are not": "the class has no isReady and no ready()",
  "sessionID is a number": "it has no property sessionID",
  "global_emitter is where the client's listeners are bound": "it has no property global_emitter",
  "authorize of a private channel asks the endpoint for any socket": "a channel has no method authorize",
  "authorize of a public channel answers at once, with an empty auth": "a channel has no method authorize",
  "handleEvent of a channel does as the server's event": "a channel has no method handleEvent",
  "usingTLS and key of the connection say what it is made with": "the connection has no properties usingTLS and key",
  "the low-level connection knows the socket id, and is null without one": "the connection has no property connection",

  "authEndpoint, auth.params and auth.headers lead to the endpoint": deprecated,
  "auth.headers are read at the request, so they may be changed late": deprecated,
  "an authTransport that nobody knows is refused": deprecated,
  "an authorizer is asked for each channel, and knows the channel and the options": deprecated,
  "an error of an authorizer is told without a status": deprecated,

  "an encrypted channel is asked for as a private one is, and its secret is not said to the server": encryption,
  "an encrypted event is told decrypted, with its data only": encryption,
  "an event that is not encrypted, or not rightly, is not told": encryption,
  "an event that the secret does not open is opened by a new one that the endpoint is asked for": encryption,
  "an answer without a secret is an error": encryption,
  "an event of an encrypted channel is told on the client as it came": encryption,
  "pusher: events of an encrypted channel are told as they are": encryption,
  "trigger in an encrypted channel throws": encryption,
};
