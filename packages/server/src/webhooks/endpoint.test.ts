import { verifyWebhook } from "@usher/credentials";
import { describe, expect, test } from "vitest";
import type { App } from "../apps/app.ts";
import { digests } from "../digests.ts";
import { type Backend, backend, type Manner, type Received } from "../testing/backend.ts";
import { appWith, keys, type Node, node } from "../testing/webhooks-node.ts";
import { queueBytes } from "./backlog.ts";

/** Tells that these channels are occupied, in this order. */
function tell({ webhooks }: Node, app: App, ...channels: string[]): void {
  for (const channel of channels) webhooks.tell(app, { name: "channel_occupied", channel });
}

/** The channels of the next request. */
async function nextChannels(it: Backend): Promise<string> {
  return channelsOf(await it.next());
}

function channelsOf({ events }: Received): string {
  return events.map(({ channel }) => channel).join(" ");
}

const minutes = 60_000;
const pauses = [1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 45_000];

/** Lets everything fail until the body is given up, which takes five minutes. @returns the attempts after the first */
async function givesUp({ clock }: Node, it: Backend): Promise<Received[]> {
  const attempts: Received[] = [];
  for (const pause of pauses) {
    await clock.passes(pause);
    attempts.push(await it.next());
  }
  return attempts;
}

describe("a request", () => {
  test("is a POST of JSON, signed over the text as it is sent by the oldest key", async () => {
    const [it, at] = [await backend(), node()];
    const two = [{ key: "new-key", secret: "new" }, ...keys];
    const app = appWith([{ url: `${it.url}?a=b`, headers: { "X-Tenant": "t" } }], { keys: two });
    const data = '{"a":"ż€\u{1F600}"}';
    const event = { name: "client_event", channel: "private-x", event: "client-e", data, socket_id: "1.2" } as const;
    at.webhooks.tell(app, event);
    const { method, path, headers, body, ids } = await it.next();
    expect([method, path, headers["content-type"], headers["x-tenant"]]).toEqual([
      "POST",
      "/hooks?a=b",
      "application/json",
      "t",
    ]);
    const [id] = ids;
    expect(body).toBe(`{"time_ms":${at.clock.now()},"events":[${JSON.stringify({ ...event, id })}]}`);
    const claimed = {
      key: String(headers["x-pusher-key"]),
      signature: String(headers["x-pusher-signature"]),
    };
    expect(claimed.key).toBe("app-key");
    expect(verifyWebhook(claimed, keys, body, digests.hmac)).toBe(true);
    expect(verifyWebhook(claimed, keys, `${body} `, digests.hmac)).toBe(false);
  });

  test("takes the credentials of the URL along as a header", async () => {
    const [it, at] = [await backend(), node()];
    const url = it.url.replace("//", "//us%65r:p%C3%A4ss%@");
    tell(at, appWith([{ url }]), "a");
    const { headers } = await it.next();
    expect(headers.authorization).toBe(`Basic ${Buffer.from("user:päss%").toString("base64")}`);
    tell(at, appWith([{ url, headers: { authorization: "Bearer t" } }]), "a");
    expect((await it.next()).headers.authorization).toBe("Bearer t");
  });

  test("waits for the answer to the one before, and then uses its connection", async () => {
    const [it, at] = [await backend(), node()];
    let unanswered = 0;
    it.manner = () => {
      unanswered++;
      return "hangs";
    };
    const channels = ["a", "b", "c", "d", "e", "f"];
    tell(at, appWith([{ url: it.url }]), ...channels);
    for (const channel of channels) {
      const request = await it.next();
      await it.settled();
      expect([channelsOf(request), unanswered--]).toEqual([channel, 1]);
      request.answer(200);
    }
    expect(it.connections).toBeLessThan(4); // Node's fetch uses two in turn, and the test has one of its own
  });

  test("says of itself what Usher says, whatever the endpoint's own headers are", async () => {
    const [it, at] = [await backend(), node()];
    const app = appWith([{ url: it.url }]);
    const headers = { "content-type": "text/plain", "x-pusher-key": "k", "x-pusher-signature": "s" };
    tell(at, { ...app, webhooks: app.webhooks.map((webhook) => ({ ...webhook, headers })) }, "a");
    const request = await it.next();
    expect(request.headers["content-type"]).toBe("application/json");
    expect(request.headers["x-pusher-key"]).toBe("app-key");
    expect(request.headers["x-pusher-signature"]).toBe(digests.hmac("app-secret", request.body));
  });

  test("is over when the endpoint says more than anyone wants to read", async () => {
    const [it, at] = [await backend(), node()];
    it.manner = (request) => (channelsOf(request) === "a" ? "rambles" : 200);
    tell(at, appWith([{ url: it.url }]), "a", "b");
    const rambling = await it.next();
    await rambling.cut;
    expect([channelsOf(rambling), await nextChannels(it)]).toEqual(["a", "b"]);
  });

  test("is not made again for an answer that never ends", async () => {
    const [it, at] = [await backend(), node()];
    it.manner = (request) => (channelsOf(request) === "a" ? "begins" : 200);
    tell(at, appWith([{ url: it.url }]), "a", "b");
    expect(await nextChannels(it)).toBe("a");
    await it.settled();
    at.clock.pass(10_000);
    expect(await nextChannels(it)).toBe("b");
  });
});

describe("an endpoint that takes several events per request", () => {
  const batches = (it: Backend): App => appWith([{ url: it.url, batch: true }]);

  test("gets all that come within 50 milliseconds in one, in order", async () => {
    const [it, at] = [await backend(), node()];
    tell(at, batches(it), "a", "b");
    at.clock.pass(49);
    tell(at, batches(it), "c");
    const created = at.clock.now() + 1;
    at.clock.pass(1);
    const request = await it.next();
    expect(channelsOf(request)).toBe("a b");
    expect(JSON.parse(request.body).time_ms).toBe(created);
  });

  test("gets what came during a request in the next, a hundred events at most", async () => {
    const [it, at] = [await backend(), node()];
    it.manner = () => "hangs";
    const app = batches(it);
    tell(at, app, "first");
    at.clock.pass(50);
    const first = await it.next();
    const channels = Array.from({ length: 150 }, (_, i) => `c${i}`);
    tell(at, app, ...channels);
    it.manner = () => 200;
    first.answer(200);
    expect(await nextChannels(it)).toBe(channels.slice(0, 100).join(" "));
    expect(await nextChannels(it)).toBe(channels.slice(100).join(" "));
  });
});

describe("a request that is not received", () => {
  test.each<Manner>([500, 404, 429, 301, 302, 307, "cuts"])("because of %s is made again", async (manner) => {
    const [it, at] = [await backend(), node()];
    it.manner = () => manner;
    tell(at, appWith([{ url: it.url }]), "a", "b");
    expect(await nextChannels(it)).toBe("a");
    await at.clock.begins(1000);
    it.manner = () => 200;
    at.clock.pass(1000);
    const again = await it.next();
    expect([again.path, channelsOf(again)]).toEqual(["/hooks", "a"]); // not where a redirect points to
    expect(await nextChannels(it)).toBe("b");
  });

  test("because nobody listens is made again", async () => {
    const [it, at] = [await backend(), node()];
    await it.stop();
    tell(at, appWith([{ url: it.url }]), "a");
    await at.clock.begins(1000);
    expect(at.lines).toEqual([["warn", { app: "app-id", url: it.url, reason: "ECONNREFUSED" }, expect.any(String)]]);
    await it.comeBack();
    at.clock.pass(1000);
    expect(await nextChannels(it)).toBe("a");
  });

  test("within ten seconds is broken off and made again", async () => {
    const [it, at] = [await backend(), node()];
    it.manner = () => "hangs";
    tell(at, appWith([{ url: it.url }]), "a");
    const first = await it.next();
    at.clock.pass(9999);
    await it.settled();
    expect(at.lines).toEqual([]);
    at.clock.pass(1);
    await first.cut;
    it.manner = () => 200;
    await at.clock.passes(1000);
    expect(await nextChannels(it)).toBe("a");
  });

  test("is made again with the same bytes, signature and time, after pauses that double", async () => {
    const [it, at] = [await backend(), node()];
    it.manner = () => 503;
    tell(at, appWith([{ url: it.url }]), "a");
    const first = await it.next();
    const proof = ({ body, headers }: Received): unknown[] => [
      body,
      headers["x-pusher-key"],
      headers["x-pusher-signature"],
    ];
    const attempts = await givesUp(at, it);
    expect(attempts.map(proof)).toEqual(pauses.map(() => proof(first)));
  });

  test("holds up what came later, so that the order is kept", async () => {
    const [it, at] = [await backend(), node()];
    let failures = 2;
    it.manner = () => (failures-- > 0 ? 500 : 200);
    const app = appWith([{ url: it.url }]);
    tell(at, app, "a", "b");
    expect(await nextChannels(it)).toBe("a");
    await at.clock.begins(1000);
    tell(at, app, "c");
    at.clock.pass(1000);
    expect(await nextChannels(it)).toBe("a");
    await at.clock.passes(2000);
    expect([await nextChannels(it), await nextChannels(it), await nextChannels(it)]).toEqual(["a", "b", "c"]);
  });
});

describe("a body that is not received for five minutes", () => {
  test("is given up, and what came after it is delivered", async () => {
    const [it, at] = [await backend(), node()];
    it.manner = (request) => (channelsOf(request) === "poison" ? 500 : 200);
    const began = at.clock.now();
    tell(at, appWith([{ url: it.url }]), "poison", "a", "b");
    expect(await nextChannels(it)).toBe("poison");
    await givesUp(at, it);
    expect(await nextChannels(it)).toBe("a");
    expect(at.clock.now() - began).toBe(5 * minutes);
    expect(await nextChannels(it)).toBe("b");
  });

  test("takes along what has waited for longer than that, and nothing younger", async () => {
    const [it, at] = [await backend(), node()];
    it.manner = (request) => (channelsOf(request) === "e" ? 200 : 500);
    const app = appWith([{ url: it.url }]);
    tell(at, app, "a");
    expect(await nextChannels(it)).toBe("a");
    await at.clock.passes(1000);
    tell(at, app, "b", "c", "d");
    for (const pause of pauses.slice(1)) {
      expect(await nextChannels(it)).toBe("a");
      await at.clock.passes(pause);
    }
    expect(await nextChannels(it)).toBe("a");
    expect(await nextChannels(it)).toBe("b");
    await at.clock.passes(1000);
    tell(at, app, "e");
    for (const pause of pauses.slice(1)) {
      expect(await nextChannels(it)).toBe("b");
      await at.clock.passes(pause);
    }
    expect(await nextChannels(it)).toBe("b");
    expect(await nextChannels(it)).toBe("e");
    const given = at.lines.filter(([level]) => level === "error").map(([, members]) => members);
    expect(given).toEqual([
      { app: "app-id", url: it.url, events: 1 },
      { app: "app-id", url: it.url, events: 3 },
    ]);
  });
});

describe("the log", () => {
  test("has a line when an endpoint fails and one when it receives again, and no secrets", async () => {
    const [it, at] = [await backend(), node()];
    it.manner = () => 500;
    const url = `${it.url.replace("//", "//user:pass@")}?token=t`;
    const app = appWith([{ url, headers: { "X-Token": "t" } }]);
    for (const turn of [1, 2]) {
      tell(at, app, "a");
      await it.next();
      await at.clock.passes(1000);
      await it.next();
      await at.clock.begins(2000);
      it.manner = () => 200;
      at.clock.pass(2000);
      await it.next();
      tell(at, app, "b");
      await it.next();
      it.manner = () => 500;
      const name = { app: "app-id", url: it.url };
      expect(at.lines.slice((turn - 1) * 2)).toEqual([
        ["warn", { ...name, reason: "the answer was 500" }, expect.any(String)],
        ["info", name, expect.any(String)],
      ]);
    }
  });
});

test("what waits is bounded: the newest is dropped, and the log says it once", async () => {
  const [it, at] = [await backend(), node()];
  it.manner = () => "hangs";
  const app = appWith([{ url: it.url }]);
  const data = "x".repeat(queueBytes / 8);
  for (const letter of "abcdefghij") {
    at.webhooks.tell(app, { name: "client_event", channel: letter, event: "client-e", data, socket_id: "1.1" });
  }
  const first = await it.next();
  expect(at.lines).toEqual([["warn", { app: "app-id", url: it.url }, expect.any(String)]]);
  it.manner = () => 200;
  first.answer(200);
  for (const letter of "bcdefg") expect(await nextChannels(it)).toBe(letter);
  tell(at, app, "later");
  expect(await nextChannels(it)).toBe("later");
  expect(at.lines.slice(1)).toEqual([["info", { app: "app-id", url: it.url, dropped: 3 }, expect.any(String)]]);
});
