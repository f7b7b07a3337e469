import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { RequestError, Usher } from "./index.ts";
import { answering, broken, refused } from "./testing/answering.ts";

type Call = (usher: Usher, signal?: AbortSignal) => Promise<unknown>;

const repeatable: [string, Call][] = [
  ["get", (u, signal) => u.get({ path: "/x", signal })],
  ["channels", (u, signal) => u.channels({ signal })],
  ["channel", (u, signal) => u.channel("news", { signal })],
  ["members", (u, signal) => u.members("presence-a", { signal })],
  ["terminateUserConnections", (u, signal) => u.terminateUserConnections("ann", { signal })],
];
const once: [string, Call][] = [
  ["trigger", (u, signal) => u.trigger("a", "e", {}, { signal })],
  ["triggerBatch", (u, signal) => u.triggerBatch([{ channel: "a", name: "e", data: 1 }], { signal })],
  ["sendToUser", (u, signal) => u.sendToUser("ann", "e", {}, { signal })],
  ["post", (u, signal) => u.post({ path: "/x", body: {}, signal })],
];
const fine = (): Response => Response.json({ channels: {}, users: [], occupied: false });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** What comes of a promise while the time of its waits passes. */
async function inTime<Value>(promise: Promise<Value>): Promise<PromiseSettledResult<Value>> {
  const [settled] = await Promise.all([Promise.allSettled([promise]), vi.runAllTimersAsync()]);
  return settled[0];
}

describe("what may safely be done twice", () => {
  it.each(repeatable)(
    "%s is asked again after a broken connection, and after a status of 500 and more",
    async (_, call) => {
      const { usher, asked } = answering((_, count) => {
        if (count === 1) throw broken();
        return count === 2 ? new Response("", { status: 503 }) : fine();
      });
      expect(await inTime(call(usher))).toMatchObject({ status: "fulfilled" });
      expect(asked.length).toBe(3);
    },
  );

  it.each(repeatable)("%s gives up after the third failure, with the last one's reason", async (_, call) => {
    const { usher, asked } = answering((_, count) => new Response(`no ${count}`, { status: 500 }));
    expect(await inTime(call(usher))).toMatchObject({ reason: { status: 500, body: "no 3" } });
    expect(asked.length).toBe(3);
  });

  it.each([400, 401, 403, 404, 413, 429])("a status of %d is an answer, and not asked for again", async (status) => {
    const { usher, asked } = answering(() => new Response("", { status }));
    expect(await inTime(usher.get({ path: "/x" }))).toMatchObject({ reason: { status } });
    expect(asked.length).toBe(1);
  });

  it("is signed anew each time, for a signature holds the time", async () => {
    const urls: string[] = [];
    const fetch = async (url: unknown): Promise<Response> => {
      urls.push(String(url));
      vi.setSystemTime(Date.now() + 700_000);
      throw broken();
    };
    const usher = new Usher({ appId: "1", key: "k", secret: "s", host: "h", fetch });
    await inTime(usher.get({ path: "/x" }));
    expect(new Set(urls.map((url) => new URL(url).searchParams.get("auth_timestamp"))).size).toBe(3);
  });
});

describe("what must not be done twice", () => {
  it.each(once)("%s is not repeated when the connection breaks, or after a status of 500", async (_, call) => {
    for (const fail of [() => Promise.reject(broken()), () => new Response("", { status: 500 })]) {
      const { usher, asked } = answering(fail);
      expect(await inTime(call(usher))).toMatchObject({ status: "rejected", reason: { name: "PusherRequestError" } });
      expect(asked.length).toBe(1);
    }
  });

  it.each(once)("%s is tried again where there was no connection at all: nobody can have heard it", async (_, call) => {
    const { usher, asked } = answering((_, count) => {
      if (count < 3) throw refused();
      return fine();
    });
    expect(await inTime(call(usher))).toMatchObject({ status: "fulfilled" });
    expect(asked.length).toBe(3);
  });
});

describe("the waits", () => {
  it("are random, and may be twice as long each time, up to two seconds", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0.999);
    const times: number[] = [];
    const { usher } = answering(
      () => {
        times.push(Date.now());
        throw broken();
      },
      { retries: 6 },
    );
    await inTime(usher.get({ path: "/x" }));
    vi.restoreAllMocks();
    const waits = times.slice(1).map((time, at) => time - (times[at] ?? 0));
    expect(waits).toEqual([199, 399, 799, 1598, 1998, 1998]);
  });

  it("are none where retries is 0", async () => {
    const { usher, asked } = answering(() => Promise.reject(refused()), { retries: 0 });
    expect(await inTime(usher.get({ path: "/x" }))).toMatchObject({ status: "rejected" });
    expect(asked.length).toBe(1);
  });

  it("end when the caller gives up", async () => {
    const aborter = new AbortController();
    const { usher, asked } = answering(() => Promise.reject(broken()), { retries: 100 });
    const asking = usher.get({ path: "/x", signal: aborter.signal });
    queueMicrotask(() => queueMicrotask(() => aborter.abort()));
    expect(await inTime(asking)).toMatchObject({ status: "rejected" });
    expect(asked.length).toBe(1);
  });
});

it.each([...repeatable, ...once])("%s is given up by its signal", async (_, call) => {
  const aborter = new AbortController();
  const { usher, asked } = answering(({ signal }) => {
    return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  });
  const asking = call(usher, aborter.signal);
  await vi.advanceTimersByTimeAsync(0);
  aborter.abort();
  const settled = await inTime(asking);
  expect(settled).toMatchObject({ status: "rejected", reason: { error: { name: "AbortError" } } });
  expect(asked.length).toBe(1);
});

it("a connection is kept for the next requests, though nobody reads the answers", async () => {
  vi.useRealTimers();
  let connections = 0;
  const server = createServer((_, response) => void response.end("{}"));
  server.on("connection", () => connections++);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const usher = new Usher({ appId: "1", key: "k", secret: "s", host: "127.0.0.1", port });
  for (let count = 0; count < 50; count++) await usher.trigger("a", "e", count);
  expect(connections).toBeLessThan(5);
  server.close();
  server.closeAllConnections();
});

it("nobody who listens is said in words", async () => {
  vi.useRealTimers();
  const usher = new Usher({ appId: "1", key: "k", secret: "s", host: "127.0.0.1", port: 1, retries: 0 });
  const error = await usher.trigger("a", "e", {}).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(RequestError);
  expect((error as Error).message).toMatch(/^Request failed with an error: .+/);
});

it("the time counts for the whole answer, of which a part may have come", async () => {
  vi.useRealTimers();
  const server = createServer((_, response) => void response.write('{"chan'));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  const usher = new Usher({ appId: "1", key: "k", secret: "s", host: "127.0.0.1", port, timeout: 100, retries: 0 });
  await expect(usher.channels()).rejects.toMatchObject({ name: "PusherRequestError", error: { name: "AbortError" } });
  server.close();
  server.closeAllConnections();
});

it("nothing stays with a signal that lives longer than the calls", async () => {
  const { signal } = new AbortController();
  const [added, removed] = [vi.spyOn(signal, "addEventListener"), vi.spyOn(signal, "removeEventListener")];
  const { usher } = answering(() => fine());
  for (let count = 0; count < 3; count++) await usher.trigger("a", "e", {}, { signal });
  expect(added.mock.calls.length).toBeGreaterThan(2);
  expect(removed.mock.calls.length).toBe(added.mock.calls.length);
});

it("an event is tried again on Deno too, which says in words that there was no connection", async () => {
  const { usher, asked } = answering((_, count) => {
    if (count === 1)
      throw new TypeError("error sending request: client error (Connect): tcp connect error: Connection refused");
    return fine();
  });
  expect(await inTime(usher.trigger("a", "e", {}))).toMatchObject({ status: "fulfilled" });
  expect(asked.length).toBe(2);
});
