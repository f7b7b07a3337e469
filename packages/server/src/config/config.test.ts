import { describe, expect, test } from "vitest";
import { ConfigError, parseConfig } from "./config.ts";

const app = { id: "shop", key: "k", secret: "s" };
const webhook = (settings: object) => ({ ...app, webhooks: [{ url: "https://shop.example/hooks", ...settings }] });

test("an empty configuration is a development server on a loopback address", () => {
  expect(parseConfig({})).toEqual({
    host: "127.0.0.1",
    port: 6001,
    transport: "auto",
    drainSeconds: 10,
    workers: 1,
    cluster: { redis: "", name: "usher", leaseSeconds: 10 },
    apps: [
      {
        id: "app-id",
        keys: [{ key: "app-key", secret: "app-secret" }],
        enabled: true,
        clientEvents: false,
        subscriptionCount: false,
        users: { required: false, timeoutSeconds: 30, watchlist: true, watchlistLimit: 100 },
        cache: { ttlSeconds: 1800 },
        webhooks: [],
        limits: {
          connections: 0,
          subscriptionsPerConnection: 0,
          eventBytes: 10_240,
          eventNameLength: 200,
          channelNameLength: 200,
          channelsPerEvent: 100,
          eventsPerBatch: 10,
          presenceMembers: 100,
          memberBytes: 1024,
          clientEventsPerSecond: 10,
          eventsPerSecond: 0,
          readsPerSecond: 0,
        },
      },
    ],
  });
});

test.each(["127.0.0.1", "127.0.0.9", "localhost", "::1"])("%s is a loopback address", (host) => {
  expect(parseConfig({ host }).apps).toHaveLength(1);
});

test.each(["0.0.0.0", "::", "10.0.0.1", "127.0.0.1.example.com"])("on %s, the server wants apps of its own", (host) => {
  expect(() => parseConfig({ host })).toThrow(/^apps: must hold at least one app/);
  expect(parseConfig({ host, apps: [app] }).apps).toHaveLength(1);
});

test("key and secret are short for one entry of keys", () => {
  expect(parseConfig({ apps: [app] }).apps[0]?.keys).toEqual([{ key: "k", secret: "s" }]);
  const keys = [
    { key: "new", secret: "n" },
    { key: "old", secret: "o" },
  ];
  expect(parseConfig({ apps: [{ id: "shop", keys }] }).apps[0]?.keys).toEqual(keys);
});

test("an id that is a number is the id that its digits are", () => {
  expect(parseConfig({ apps: [{ ...app, id: 42 }] }).apps[0]?.id).toBe("42");
});

test("the configuration cannot be changed afterwards", () => {
  const config = parseConfig({ apps: [app] });
  expect(() => Object.assign(config.apps[0] ?? {}, { enabled: false })).toThrow(TypeError);
  expect(() => Object.assign(config.apps[0]?.limits ?? {}, { eventBytes: 1 })).toThrow(TypeError);
});

describe("what is wrong is said in one line that names the setting", () => {
  test.each<[unknown, string]>([
    [null, "configuration: "],
    [[], "configuration: "],
    [{ port: "6001" }, "port: must be a number from 0 to 65535"],
    [{ port: 70_000 }, "port: must be a number from 0 to 65535"],
    [{ port: 1.5 }, "port: must be a number from 0 to 65535"],
    [{ transport: "tcp" }, "transport: must be auto, uws or node"],
    [{ hots: "x" }, 'configuration: unknown setting "hots"; did you mean "host"?'],
    [{ apps: {} }, "apps: "],
    [{ port: -1 }, "port: must be a number from 0 to 65535"],
    [{ host: 7 }, "host: must be a string"],
    [{ apps: [{}] }, "apps[0].id: is missing"],
    [{ apps: [{ ...app, id: ".." }] }, "apps[0].id: must be letters"],
    [{ apps: [{ ...app, key: "." }] }, "apps[0].key: must be letters"],
    [{ apps: [{ ...app, id: "a/b" }] }, "apps[0].id: must be letters"],
    [{ apps: [{ id: "shop", secret: "s" }] }, "apps[0].key: is missing"],
    [{ apps: [{ id: "shop", key: "k" }] }, "apps[0].secret: is missing"],
    [{ apps: [{ ...app, key: "a:b" }] }, "apps[0].key: must be letters"],
    [{ apps: [{ ...app, keys: [{ key: "k2", secret: "s" }] }] }, "apps[0].keys: stands beside key and secret"],
    [{ apps: [{ id: "shop", keys: [] }] }, "apps[0].keys: must hold at least one key"],
    [{ apps: [{ id: "shop", keys: [{ key: "k", secret: "" }] }] }, "apps[0].keys[0].secret: must not be empty"],
    [{ apps: [{ ...app, limits: { eventBytes: -1 } }] }, "apps[0].limits.eventBytes: "],
    [
      { apps: [{ ...app, limits: { eventByte: 1 } }] },
      'apps[0].limits: unknown setting "eventByte"; did you mean "eventBytes"?',
    ],
    [{ apps: [{ ...app, enable: true }] }, 'apps[0]: unknown setting "enable"; did you mean "enabled"?'],
    [{ apps: [{ ...app, users: true }] }, "apps[0].users: must be an object of settings"],
    [{ apps: [{ ...app, id: 2 ** 60 }] }, "apps[0].id: must be a string"],
    [
      { apps: [{ ...app, users: { timeoutSeconds: 0 } }] },
      "apps[0].users.timeoutSeconds: must be a whole number of seconds",
    ],
    [{ apps: [{ ...app, webhooks: ["http://a"] }] }, "apps[0].webhooks[0]: must be an object of settings"],
    [{ apps: [{ ...app, webhooks: [{ url: "localhost:3000/x" }] }] }, "apps[0].webhooks[0].url: must be a URL such as"],
    [{ apps: [webhook({ events: ["channel"] })] }, "apps[0].webhooks[0].events[0]: must be one of channel_occupied"],
    [{ apps: [webhook({ events: [] })] }, "apps[0].webhooks[0].events: must name an event, or be left out"],
    [
      { apps: [webhook({ headers: { "X-Pusher-Key": "a" } })] },
      "headers.X-Pusher-Key: is a header that Usher sets itself",
    ],
    [{ apps: [webhook({ headers: { "a b": "a" } })] }, "headers.a b: is not the name of a header"],
    [{ apps: [webhook({ headers: { a: "b", A: "c" } })] }, "headers.A: is given twice"],
    [{ apps: [webhook({ headers: { a: "ż" } })] }, "headers.a: must be a value that a header may have"],
    [
      { apps: [webhook({ filter: {} })] },
      'apps[0].webhooks[0]: unknown setting "filter"; there are url, events, prefix',
    ],
    [
      { apps: [webhook({ events: ["client_event"] })] },
      'has client_event, which never happens in an app without "clientEvents"',
    ],
    [{ apps: [webhook({ events: ["subscription_count"] })] }, 'without "subscriptionCount": true'],
    [{ workers: 0 }, "workers: must be auto, or a whole number from 1 to 1024"],
    [{ workers: "many" }, "workers: must be auto, or a whole number from 1 to 1024"],
    [{ cluster: { redis: "localhost" } }, "cluster.redis: must be a URL such as redis://127.0.0.1:6379"],
    [{ cluster: { redis: "http://localhost" } }, "cluster.redis: must be a URL such as redis://127.0.0.1:6379"],
    [{ cluster: { leaseSeconds: 1 } }, "cluster.leaseSeconds: must be a whole number of seconds from 2 to 300"],
    [{ cluster: { name: "{a}" } }, "cluster.name: must be letters, digits"],
    [{ cluster: { url: "redis://127.0.0.1" } }, 'cluster: unknown setting "url"; there are redis, name, leaseSeconds'],
    [{ drainSeconds: -1 }, "drainSeconds: must be a whole number of seconds"],
    [{ apps: [app, { ...app, key: "k2" }] }, 'apps: two apps have the id "shop"'],
    [{ apps: [app, { ...app, id: "shop2" }] }, 'apps: two keys are "k"'],
  ])("%j", (input, line) => {
    expect(() => parseConfig(input)).toThrow(ConfigError);
    expect(() => parseConfig(input)).toThrow(line);
    expect(messageOf(() => parseConfig(input))).not.toContain("\n");
  });
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it did not throw");
}
