import type { UserData } from "@usher/protocol";

/** What an app says of the user that signs in. Members that the protocol does not name are carried along. */
export type SignInData = UserData | (UserData & Readonly<Record<string, unknown>>);

/** What an app says of a member of a presence channel. */
export interface PresenceData {
  readonly user_id: string;
  /** Shown to the other members. Any JSON value. */
  readonly user_info?: unknown;
}

/** The answer to a client that signs in. */
export interface UserAuth {
  readonly auth: string;
  readonly user_data: string;
}

/** The answer to a client that subscribes. */
export interface ChannelAuth {
  readonly auth: string;
  readonly channel_data?: string;
  /** Of an encrypted channel: the key by which the client reads its events. */
  readonly shared_secret?: string;
}
