/** The limits of the protocol that apps may not change, and the defaults of those that they may. Lengths in characters, sizes in UTF-8 bytes. */
export const limits = {
  /** Length of a channel name, prefix included. */
  channelNameLength: 200,
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
  /** Length of a user id. */
  userIdLength: 128,
  /** Size of the `user_data` string of a sign-in. */
  userDataBytes: 10_240,
  /** Size of one frame from a client; a larger one is refused with an error frame. */
  frameBytes: 65_536,
  /** How far, in seconds, the clock of an app server may be off in a signed request. */
  timestampToleranceSeconds: 600,
  /** Silence, in seconds, after which a client pings the server. */
  activityTimeoutSeconds: 120,
  /** Seconds that either side waits for the answer to its ping. */
  pongTimeoutSeconds: 30,
} as const;
