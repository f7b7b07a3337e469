/** A client event without the prefix `client-`. */
export class BadEventName extends Error {
  override readonly name = "BadEventName";
}

/** A name that no channel may have, or none that an app may subscribe to. */
export class BadChannelName extends Error {
  override readonly name = "BadChannelName";
}

/** Something that the protocol knows and this client does not. */
export class UnsupportedFeature extends Error {
  override readonly name = "UnsupportedFeature";
}
