// Those that clients read stand alone: no page needs to load the others.

/** Length of a channel name, prefix included. */
export const channelNameLength = 200;
/** Length of a user id. */
export const userIdLength = 128;
/** Silence, in seconds, after which a client pings the server. */
export const activityTimeoutSeconds = 120;
/** Seconds that either side waits for the answer to its ping. */
export const pongTimeoutSeconds = 30;

/** The limits of the protocol that apps may not change, and the defaults of those that they may. Lengths in characters, sizes in UTF-8 bytes. */
export const limits = {
  channelNameLength: channelNameLength as number,
  /** Length of an event name. */
  eventNameLength: 200,
  /** Size of the `data` string of one event. */
  eventBytes: 10_240,
  /** Channels that one publish may name. */
  channelsPerEvent: 100,
  /** Events in one batch. */
  eventsPerBatch: 10,
  /** Distinct users in one presence channel. */
  presenceMembers: 100,
  /** Size of the `channel_data` string of one member. */
  memberBytes: 1024,
  /** Client events that one connection may send in a second. */
  clientEventsPerSecond: 10,
  /** How long a cache channel keeps its last event, in seconds. */
  cacheTtlSeconds: 1800,
  /** User ids of one watchlist. */
  watchlistLength: 100,
  /** Seconds that a connection has to show something signed, in apps that require it. */
  authorizationTimeoutSeconds: 30,
  userIdLength: userIdLength as number,
  /** Size of the `user_data` string of a sign-in. */
  userDataBytes: 10_240,
  /** Size of one frame from a client; a larger one is refused with an error frame. */
  frameBytes: 65_536,
  /** How far, in seconds, the clock of an app server may be off in a signed request. */
  timestampToleranceSeconds: 600,
  activityTimeoutSeconds: activityTimeoutSeconds as number,
  pongTimeoutSeconds: pongTimeoutSeconds as number,
} as const;
