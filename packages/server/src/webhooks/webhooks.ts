import { randomBytes } from "node:crypto";
import type { App } from "../apps/app.ts";
import { Endpoint, type EndpointParts } from "./endpoint.ts";
import { hears, jsonOf, type WebhookEvent } from "./event.ts";
import { Spans } from "./spans.ts";

/** How long somebody may be away, in milliseconds, before the going is told: for long enough to load a page again. */
const awayFor = 3000;
/** How long a cache miss that was told stands for those that follow. */
const missedFor = 3000;
/** How long what still waits may take when the server stops. */
const closeWithin = 3000;

/** Tells the backends of apps what happens in them. */
export interface Webhooks {
  /**
   * Something happened in an app. Returns at once, whatever state the endpoints are in; never throws. Each endpoint hears of
   * events in the order in which they were told, except that goings are believed only after three seconds: whoever is back by
   * then neither went nor came.
   */
  tell(app: App, event: WebhookEvent): void;
  /**
   * Something happened in an app that is to be told as it is: whoever says so has waited long enough, and keeps it until it is settled.
   *
   * @param id of the event
   * @param settled done when every endpoint that hears of it has received it, or will not any more; not if the server stops before
   */
  pass(app: App, event: WebhookEvent, id: string, settled: () => void): void;
  /** Believes whoever is said to have gone, gives what waits one last chance, for at most three seconds, then stops. What is told from now on is lost. */
  close(): Promise<void>;
}

/** The webhooks of one node, kept in memory: what waits when the process dies is lost. */
export function createWebhooks(parts: EndpointParts): Webhooks {
  /** One entry for each app of the configuration that has webhooks. */
  const endpoints = new Map<App, readonly Endpoint[]>();
  const absences = new Spans(parts.clock, awayFor);
  const misses = new Spans(parts.clock, missedFor);
  /** What the ids of this node's events begin with. */
  const life = randomBytes(6).toString("hex");
  let told = 0;
  let closed: Promise<void> | undefined;

  function endpointsOf(app: App): readonly Endpoint[] {
    const known = endpoints.get(app);
    if (known) return known;
    const made = app.webhooks.map((webhook) => new Endpoint(app, webhook, parts));
    endpoints.set(app, made);
    return made;
  }

  function hearing(app: App, event: WebhookEvent): readonly Endpoint[] {
    return endpointsOf(app).filter(({ webhook }) => hears(webhook, event));
  }

  function forward(app: App, event: WebhookEvent): void {
    const endpoints = hearing(app, event);
    if (endpoints.length === 0) return;
    const json = jsonOf(event, `${life}-${++told}`);
    for (const endpoint of endpoints) endpoint.tell(json);
  }

  async function stop(): Promise<void> {
    absences.end(); // nobody can be back in time
    misses.end();
    await Promise.all([...endpoints.values()].flat().map((endpoint) => endpoint.close(closeWithin)));
  }

  return {
    tell(app, event) {
      if (app.webhooks.length === 0 || closed) return;
      switch (event.name) {
        case "channel_vacated":
        case "member_removed":
          absences.begin(subjectOf(app, event), () => forward(app, event));
          return;
        case "channel_occupied":
        case "member_added":
          if (absences.breakOff(subjectOf(app, event))) return; // nobody has been told of the going
          break;
        case "cache_miss":
          if (!misses.begin(subjectOf(app, event))) return;
      }
      forward(app, event);
    },
    pass(app, event, id, settled) {
      const endpoints = closed ? [] : hearing(app, event);
      let open = endpoints.length;
      if (open === 0 && !closed) settled();
      const json = jsonOf(event, id);
      for (const endpoint of endpoints) endpoint.tell(json, () => --open === 0 && settled());
    },
    close() {
      closed ??= stop();
      return closed;
    },
  };
}

/** The channel or member that an event is about, as JSON: a user's id may hold whatever could stand between the parts. */
function subjectOf({ id }: App, event: WebhookEvent): string {
  return JSON.stringify("user_id" in event ? [id, event.channel, event.user_id] : [id, event.channel]);
}
