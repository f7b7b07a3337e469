import { limits } from "@usher/protocol";
import { z } from "zod";
import { type App, webhookEvents } from "../apps/app.ts";
import { flag, limit, section, text, urlSafe, wholeNumber } from "./schema.ts";
import { webhookSchema } from "./webhook-schema.ts";

const keySchema = section({ key: urlSafe, secret: text });

const seconds = wholeNumber(1, 86_400, "must be a whole number of seconds from 1 to 86400");

const usersSchema = section({
  required: flag.default(false),
  timeoutSeconds: seconds.default(limits.authorizationTimeoutSeconds),
  watchlist: flag.default(true),
  watchlistLimit: limit.default(limits.watchlistLength),
});

const limitsSchema = section({
  connections: limit.default(0),
  subscriptionsPerConnection: limit.default(0),
  eventBytes: limit.default(limits.eventBytes),
  eventNameLength: limit.default(limits.eventNameLength),
  channelNameLength: limit.default(limits.channelNameLength),
  channelsPerEvent: limit.default(limits.channelsPerEvent),
  eventsPerBatch: limit.default(limits.eventsPerBatch),
  presenceMembers: limit.default(limits.presenceMembers),
  memberBytes: limit.default(limits.memberBytes),
  clientEventsPerSecond: limit.default(limits.clientEventsPerSecond),
  eventsPerSecond: limit.default(0),
  readsPerSecond: limit.default(0),
});

/** One app, as a program or a configuration file may describe it; docs/configuration.md says what each setting means. */
export const appSchema: z.ZodType<App> = section({
  id: z.preprocess((id) => (Number.isSafeInteger(id) ? String(id) : id), urlSafe),
  key: urlSafe.optional(),
  secret: text.optional(),
  keys: z.array(keySchema, "must be a list of keys").min(1, "must hold at least one key").optional(),
  enabled: flag.default(true),
  clientEvents: flag.default(false),
  subscriptionCount: flag.default(false),
  users: usersSchema.prefault({}),
  cache: section({ ttlSeconds: seconds.default(limits.cacheTtlSeconds) }).prefault({}),
  limits: limitsSchema.prefault({}),
  webhooks: z.array(webhookSchema, "must be a list of webhooks").default([]),
}).transform(({ key, secret, keys, webhooks, ...app }, context): App => {
  if (keys && (key !== undefined || secret !== undefined)) {
    context.addIssue({
      code: "custom",
      path: ["keys"],
      message: "stands beside key and secret; give one or the other",
    });
  }
  webhooks.forEach(({ events }, index) => {
    const needed = [
      ["client_event", "clientEvents", app.clientEvents],
      ["subscription_count", "subscriptionCount", app.subscriptionCount],
    ] as const;
    for (const [event, setting, on] of needed) {
      if (on || !events?.includes(event)) continue;
      const message = `has ${event}, which never happens in an app without "${setting}": true`;
      context.addIssue({ code: "custom", path: ["webhooks", index, "events"], message });
    }
  });
  if (!keys && key === undefined) context.addIssue({ code: "custom", path: ["key"], message: "is missing" });
  if (!keys && secret === undefined) context.addIssue({ code: "custom", path: ["secret"], message: "is missing" });
  return {
    ...app,
    keys: keys ?? [{ key: key ?? "", secret: secret ?? "" }],
    webhooks: webhooks.map(({ events, ...webhook }) => ({ ...webhook, events: events ?? [...webhookEvents] })),
  };
});
