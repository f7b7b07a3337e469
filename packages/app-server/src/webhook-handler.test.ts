import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createWebhookHandler, Usher, type WebhookEvent } from "./index.ts";

const keys = [
  { key: "new", secret: "1" },
  { key: "old", secret: "2" },
];
const usher = new Usher({ appId: "1", keys, host: "h" });
const events: readonly WebhookEvent[] = [
  { name: "channel_occupied", channel: "presence-a", id: "1-1" },
  { name: "member_added", channel: "presence-a", user_id: "ann", id: "1-2" },
];
const told = JSON.stringify({ time_ms: 1327078148132, events });

function webhook(
  body: string | Uint8Array<ArrayBuffer>,
  change: Record<string, string> = {},
  { key, secret } = keys[1] as never as (typeof keys)[0],
): Request {
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const headers = {
    "content-type": "application/json",
    "x-pusher-key": key,
    "x-pusher-signature": signature,
    ...change,
  };
  return new Request("http://app.test/webhooks", { method: "POST", headers, body });
}

/** A handler, what it has taken, and what went wrong in it. */
function taking(onEvent: (event: WebhookEvent, time: Date) => unknown = () => {}) {
  const taken: WebhookEvent[] = [];
  const errors: unknown[] = [];
  const handler = createWebhookHandler({
    usher,
    onEvent: async (event, time) => {
      await onEvent(event, time);
      taken.push(event);
    },
    onError: (error) => errors.push(error),
  });
  return { handler, taken, errors };
}

describe("a webhook of the server", () => {
  it.each(keys)("that is signed by $key is taken, event by event, and answered with 200", async (key) => {
    const times: Date[] = [];
    const { handler, taken } = taking((_, time) => times.push(time));
    const response = await handler(webhook(told, {}, key));
    expect([response.status, await response.json()]).toEqual([200, {}]);
    expect(taken).toEqual(events);
    expect(times[0]).toEqual(new Date(1327078148132));
  });

  it("waits for each event to be taken before the next", async () => {
    const order: string[] = [];
    const { handler } = taking(async ({ name }) => {
      order.push(`${name} comes`);
      await Promise.resolve();
      order.push(`${name} is taken`);
    });
    await handler(webhook(told));
    expect(order).toEqual([
      "channel_occupied comes",
      "channel_occupied is taken",
      "member_added comes",
      "member_added is taken",
    ]);
  });

  it("comes again if an event cannot be taken: 500, and the app is told why", async () => {
    const { handler, taken, errors } = taking(({ name }) => {
      if (name === "member_added") throw new Error("the database is away: password tofu");
    });
    const response = await handler(webhook(told));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("tofu");
    expect(taken).toEqual(events.slice(0, 1));
    expect(errors).toEqual([new Error("the database is away: password tofu")]);
  });

  it("may name the characters of its body", async () => {
    const { handler } = taking();
    expect((await handler(webhook(told, { "content-type": "application/json; charset=utf-8" }))).status).toBe(200);
  });

  it("may hold characters that are not ASCII", async () => {
    const { handler, taken } = taking();
    await handler(webhook(JSON.stringify({ time_ms: 1, events: [{ name: "channel_occupied", channel: "ął😀" }] })));
    expect(taken).toMatchObject([{ channel: "ął😀" }]);
  });
});

describe("whoever is not the server is refused, and nothing is taken", () => {
  it.each<[string, Request, number]>([
    [
      "without a signature",
      new Request("http://a/", { method: "POST", headers: { "content-type": "application/json" }, body: told }),
      403,
    ],
    ["with another secret", webhook(told, {}, { key: "old", secret: "guess" }), 403],
    ["with a key that is not the app's", webhook(told, {}, { key: "other", secret: "1" }), 403],
    ["with one key's name and the other's secret", webhook(told, { "x-pusher-key": "new" }), 403],
    ["with a signature of something else", webhook(told, { "x-pusher-signature": "0".repeat(64) }), 403],
    ["with a signature that is none", webhook(told, { "x-pusher-signature": "tofu" }), 403],
    ["by GET", new Request("http://a/"), 405],
    ["with another type", webhook(told, { "content-type": "text/plain" }), 415],
    ["with too much", webhook("x".repeat(4 * 1024 * 1024 + 1)), 413],
    ["with what is no JSON, though signed", webhook("{"), 400],
    ["with JSON that holds no events, though signed", webhook("[]"), 400],
  ])("%s", async (_, request, status) => {
    const { handler, taken, errors } = taking();
    const response = await handler(request);
    const { error } = (await response.json()) as { error: string };
    expect([response.status, taken, errors]).toEqual([status, [], []]);
    expect(error).toMatch(/^[A-Z].{8}/);
  });
});

it("a body that a parser has read is said to be unreadable, to the app", async () => {
  const { handler, errors } = taking();
  const request = webhook(told);
  await request.text();
  expect((await handler(request)).status).toBe(500);
  expect(String(errors[0])).toContain("has been read already");
});
