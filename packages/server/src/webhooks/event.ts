import type { Webhook } from "../apps/app.ts";

/** Something that happened in an app, with exactly the members that its backend is told. */
export type WebhookEvent =
  | { readonly name: "channel_occupied" | "channel_vacated" | "cache_miss"; readonly channel: string }
  | { readonly name: "member_added" | "member_removed"; readonly channel: string; readonly user_id: string }
  | {
      readonly name: "client_event";
      readonly channel: string;
      readonly event: string;
      /** As the subscribers got it. */
      readonly data: string;
      readonly socket_id: string;
      /** Of the sender; only in presence channels. */
      readonly user_id?: string | undefined;
    }
  | { readonly name: "subscription_count"; readonly channel: string; readonly subscription_count: number };

/** The JSON of an event: its name first, then its channel. @param id by which a backend knows an event that it has had already */
export function jsonOf({ name, channel, ...rest }: WebhookEvent, id: string): string {
  return JSON.stringify({ name, channel, ...rest, id });
}

/** Whether the endpoint wants to hear of the event. */
export function hears({ events, prefix, suffix }: Webhook, { name, channel }: WebhookEvent): boolean {
  return events.includes(name) && channel.startsWith(prefix) && channel.endsWith(suffix);
}
