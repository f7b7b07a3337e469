import type { Hmac } from "@usher/credentials";
import type { App, Webhook } from "../apps/app.ts";
import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import { Backlog } from "./backlog.ts";
import { composeBody, post, printableUrl, type SignedBody } from "./request.ts";

/** How long an endpoint may take to answer, in milliseconds like the following. */
const answerWithin = 10_000;
/** Between the first attempt and the second; the next pause is twice as long, and so on. */
const firstPause = 1000;
/** From the first attempt of a body to the last. */
const giveUpAfter = 300_000;
/** For how long an idle endpoint's first event waits for others to go with it, where a request may carry several. */
const gatherFor = 50;
/** As many as that. */
const eventsPerRequest = 100;

/** What endpoints need of the server. */
export interface EndpointParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly hmac: Hmac;
}

/**
 * One endpoint of one app. It is told one body after the other, in the order in which the events came; a body that it does
 * not receive holds up those behind it until it does, or for five minutes.
 */
export class Endpoint {
  readonly webhook: Webhook;
  readonly #app: App;
  readonly #parts: EndpointParts;
  /** By which the log says which endpoint it is. */
  readonly #name: { readonly app: string; readonly url: string };
  readonly #backlog: Backlog;
  /** The work on the backlog; `undefined` when there is none. */
  #work: Promise<void> | undefined;
  #attempt: AbortController | undefined;
  #endPause: (() => void) | undefined;
  #failing = false;
  /** While it closes, one failure ends it; once it is closed, no attempt is made any more. */
  #state: "open" | "closing" | "closed" = "open";

  constructor(app: App, webhook: Webhook, parts: EndpointParts) {
    this.#app = app;
    this.webhook = webhook;
    this.#parts = parts;
    this.#name = { app: app.id, url: printableUrl(webhook.url) };
    this.#backlog = new Backlog(parts, this.#name);
  }

  /**
   * @param event the JSON of an event that the endpoint wants to hear of
   * @param settled done when the endpoint has received it, or will not any more; not if the server stops before
   */
  tell(event: string, settled?: () => void): void {
    this.#backlog.add(event, settled);
    if (this.#backlog.size > 0) this.#work ??= this.#deliver();
  }

  /** Goes on at once and without pauses until nothing waits, something fails, or the time is over. */
  async close(ms: number): Promise<void> {
    this.#state = "closing";
    this.#endPause?.();
    const cancel = this.#parts.clock.after(ms, () => {
      this.#state = "closed";
      this.#attempt?.abort();
    });
    await this.#work;
    cancel();
    const events = this.#backlog.clear();
    if (events === 0) return;
    this.#parts.log.warn({ ...this.#name, events }, "events for a webhook endpoint are lost, since the server stops");
  }

  async #deliver(): Promise<void> {
    const { clock, hmac } = this.#parts;
    const { batch } = this.webhook;
    if (batch) await this.#pause(gatherFor);
    while (this.#backlog.size > 0 && this.#state !== "closed") {
      const events = this.#backlog.oldest(batch ? eventsPerRequest : 1);
      const outcome = await this.#insist(composeBody(this.#app, events, clock.now(), hmac));
      if (outcome === "stopped") break;
      this.#backlog.remove(events.length);
      if (outcome === "given up") this.#giveUp(events.length);
    }
    this.#work = undefined;
  }

  async #insist(body: SignedBody): Promise<"received" | "given up" | "stopped"> {
    const { clock } = this.#parts;
    const end = clock.now() + giveUpAfter;
    for (let pause = firstPause; ; pause *= 2) {
      const failure = await this.#try(body);
      if (failure === undefined) return "received";
      if (this.#state !== "open") return "stopped";
      const left = end - clock.now();
      if (left <= 0) return "given up";
      await this.#pause(Math.min(pause, left)); // so that the last attempt is made when the time is over, not long before
    }
  }

  /** @returns why the endpoint did not receive the body, or `undefined` if it did */
  async #try(body: SignedBody): Promise<string | undefined> {
    const attempt = new AbortController();
    this.#attempt = attempt;
    const cancel = this.#parts.clock.after(answerWithin, () => attempt.abort());
    const failure = await post(this.webhook, body, attempt.signal);
    cancel();
    this.#tellHealth(failure);
    return failure;
  }

  /** Once for each change: how often an endpoint is tried is nothing that a log must know. */
  #tellHealth(failure: string | undefined): void {
    const { log } = this.#parts;
    const failed = failure !== undefined;
    if (failed === this.#failing) return;
    this.#failing = failed;
    if (failed) log.warn({ ...this.#name, reason: failure }, "a webhook endpoint fails, and is tried again");
    if (!failed) log.info(this.#name, "a webhook endpoint receives again");
  }

  /** What is as old as what was given up goes with it: an endpoint that comes back after an hour does not get the hour. */
  #giveUp(tried: number): void {
    const events = tried + this.#backlog.removeOlderThan(giveUpAfter);
    this.#parts.log.error({ ...this.#name, events }, "events for a webhook endpoint are given up");
  }

  /** Lets time pass, or less of it if the endpoint is closed meanwhile. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(ms, resolve);
      this.#endPause = () => {
        cancel();
        resolve();
      };
    });
  }
}
