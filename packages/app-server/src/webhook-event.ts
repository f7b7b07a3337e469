/** Of one event, whichever its name. */
interface Told {
  readonly channel: string;
  /** The same when the event is sent again; Usher gives it, hosted Pusher does not. */
  readonly id?: string;
}

/**
 * Something that happened in the app (protocol 7.2). A `switch` over its `name` knows what else it holds; leave a default for names
 * that later servers may send.
 */
export type WebhookEvent =
  | (Told & { readonly name: "channel_occupied" | "channel_vacated" | "cache_miss" })
  | (Told & { readonly name: "member_added" | "member_removed"; readonly user_id: string })
  | (Told & {
      readonly name: "client_event";
      readonly event: string;
      /** As the subscribers got it: mostly JSON. */
      readonly data: string;
      readonly socket_id: string;
      /** Of the sender; only in presence channels. */
      readonly user_id?: string;
    })
  | (Told & { readonly name: "subscription_count"; readonly subscription_count: number });
