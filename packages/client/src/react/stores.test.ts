import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { connected } from "../testing/dialogue.ts";
import { channelStore } from "./stores.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

const ok = { auth: "app-key:00" };

/** Longer than a store is kept that nobody listens to. */
const gone = (): unknown => vi.advanceTimersByTime(1000);

it("a channel that is wanted again while its leaving is pending is given back with its last component all the same", async () => {
  const { client, endpoint, peer } = await connected();
  const store = channelStore(client, "private-a");
  store.subscribe(() => {})();
  gone();
  const leave = store.subscribe(() => {});
  (await endpoint.next()).json(ok);
  await peer.next();
  peer.send("pusher_internal:subscription_succeeded", {}, "private-a");
  await peer.settled();
  expect(store.snapshot().subscribed).toBe(true);
  leave();
  gone();
  expect(await peer.next()).toMatchObject({ event: "pusher:unsubscribe" });
  expect(client.allChannels()).toEqual([]);
});

it("an error is that of the last subscription, and not told any more once one has succeeded", async () => {
  const { client, endpoint, peer, server } = await connected();
  const store = channelStore(client, "private-a");
  store.subscribe(() => {});
  (await endpoint.next()).answer(403, "no");
  await vi.waitFor(() => expect(store.snapshot().error).toMatchObject({ status: 403 }));
  client.channel("private-a")?.subscribe();
  (await endpoint.next()).json(ok);
  await peer.next();
  peer.send("pusher_internal:subscription_succeeded", {}, "private-a");
  await peer.settled();
  expect(store.snapshot()).toMatchObject({ subscribed: true, error: null });
  peer.close(4200);
  await server.accept();
  expect(store.snapshot()).toMatchObject({ subscribed: false, error: null });
});
