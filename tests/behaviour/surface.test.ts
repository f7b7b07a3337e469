import { afterAll, expect, test } from "vitest";
import { type Client, ours as Ours, official } from "./parties.ts";

type Shape = Record<string, unknown>;

const options = { cluster: "none", wsHost: "127.0.0.1", wsPort: 1, forceTLS: false };
const theirs = new official("app-key", options);
const ours = new Ours("app-key", options);
afterAll(() => {
  theirs.disconnect();
  ours.disconnect();
});

/** What of an object the documents of pusher-js do not name, and which ours lacks. */
const internals: Readonly<Record<string, RegExp>> = {
  client: /^$/,
  connection:
    /^(switchCluster|(start|abort)Connecting|disconnectInternally|(update|build|set|clear)[A-Z].*|retryIn|(send|reset|stop)ActivityCheck|abandonConnection|shouldRetry)$/,
  channel: /^(failThrough|authorize|handle.*Event|reinstateSubscription|getDataToEmit)$/,
  members: /^(setMyID|onSubscription|addMember|removeMember)$/,
  user: /^(failThrough|_.*)$/,
  watchlist: /^(failThrough|handleEvent|bindWatchlistInternalEvent)$/,
  channels: /^$/,
};

const membersOf = (channel: object): unknown => (channel as { members: unknown }).members;

test.each<[string, keyof typeof internals, (client: Client) => unknown]>([
  ["client", "client", (client) => client],
  ["connection", "connection", ({ connection }) => connection],
  ["public channel", "channel", (client) => client.subscribe("news")],
  ["private channel", "channel", (client) => client.subscribe("private-news")],
  ["presence channel", "channel", (client) => client.subscribe("presence-lobby")],
  ["encrypted channel", "channel", (client) => client.subscribe("private-encrypted-news")],
  ["members", "members", (client) => membersOf(client.subscribe("presence-lobby"))],
  ["user", "user", ({ user }) => user],
  ["watchlist", "watchlist", ({ user }) => user.watchlist],
  ["record of channels", "channels", ({ channels }) => channels],
])("the %s of ours has every method of pusher-js's, which takes as many arguments", (_, kind, part) => {
  const [its, own] = [part(theirs) as Shape, part(ours) as Shape];
  const names = methodsOf(its).filter((name) => !internals[kind]?.test(name));
  expect(names.length).toBeGreaterThan(2);
  expect(names.map((name) => [name, arity(own, name)])).toEqual(names.map((name) => [name, arity(its, name)]));
});

function methodsOf(shape: Shape): string[] {
  const names = new Set<string>();
  for (let at = shape; at && at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name !== "constructor" && typeof shape[name] === "function") names.add(name);
    }
  }
  return [...names];
}

/** The number of arguments. Ours may take patience to sign in; theirs takes what it never looks at to unbind all. */
function arity(shape: Shape, name: string): number | undefined {
  const method = shape[name];
  if (typeof method !== "function") return;
  return name === "signin" || name === "unbind_all" ? 0 : method.length;
}
