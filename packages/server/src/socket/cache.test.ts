import { describe, expect, test } from "vitest";
import type { Caller, WireFrame } from "../testing/dial.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { type Served, serve, subscription, transports } from "../testing/serve.ts";

const kinds = ["cache-a", "private-cache-a", "private-encrypted-cache-a", "presence-cache-a"];

function join(caller: Caller, channel: string): void {
  caller.say(subscription(caller, channel, channel.startsWith("presence-") ? { user_id: "u" } : undefined));
}

/** What a newcomer hears in the channel, the success not counted. */
async function heardIn({ dial }: Served, channel: string): Promise<WireFrame[]> {
  const caller = await dial();
  join(caller, channel);
  const [success, ...rest] = await caller.settled();
  expect(success?.event).toBe("pusher_internal:subscription_succeeded");
  return rest;
}

describe.each(transports)("over %s", (transport) => {
  test.each(kinds)("who comes to %s hears its last event, alone, after the success", async (channel) => {
    const served = await serve({ transport });
    const first = await served.dial();
    join(first, channel);
    await first.settled();
    await served.publish({ name: "price", channels: [channel], data: "1" });
    await served.publish({ name: "price", channels: [channel], data: "2" });
    expect(await first.settled()).toHaveLength(2);
    expect(await heardIn(served, channel)).toEqual([{ event: "price", channel, data: "2" }]);
    expect(await first.settled()).toEqual([]);
  });

  test.each(kinds)("an event that nobody was there to hear is kept in %s", async (channel) => {
    const served = await serve({ transport });
    await served.publish({ name: "price", channels: [channel], data: "1", socket_id: "1.1" });
    expect(await heardIn(served, channel)).toEqual([{ event: "price", channel, data: "1" }]);
  });

  test.each(kinds)("who comes to %s before any event hears of the miss", async (channel) => {
    const served = await serve({ transport });
    expect(await heardIn(served, channel)).toEqual([{ event: "pusher:cache_miss", channel, data: "{}" }]);
  });

  test("who comes again hears it again", async () => {
    const { dial, publish } = await serve({ transport });
    await publish({ name: "price", channels: ["cache-a"], data: "1" });
    const caller = await dial();
    join(caller, "cache-a");
    join(caller, "cache-a");
    const events = (await caller.settled()).map(({ event }) => event);
    const success = "pusher_internal:subscription_succeeded";
    expect(events).toEqual([success, "price", success, "price"]);
  });

  test("an event is kept for half an hour, or for as long as the app wants", async () => {
    const clock = new FakeClock();
    const served = await serve({ transport }, { clock });
    await served.publish({ name: "price", channels: ["cache-a"], data: "1" });
    clock.pass(1_799_999);
    expect(await heardIn(served, "cache-a")).toMatchObject([{ event: "price" }]);
    clock.pass(1);
    expect(await heardIn(served, "cache-a")).toMatchObject([{ event: "pusher:cache_miss" }]);

    const app = { id: "app-id", key: "app-key", secret: "app-secret", cache: { ttlSeconds: 5 } };
    const short = await serve({ transport, apps: [app] }, { clock });
    await short.publish({ name: "price", channels: ["cache-a"], data: "1" });
    clock.pass(5000);
    expect(await heardIn(short, "cache-a")).toMatchObject([{ event: "pusher:cache_miss" }]);
  });

  test("client events are not kept, nor what is sent to users", async () => {
    const app = { id: "app-id", key: "app-key", secret: "app-secret", clientEvents: true };
    const served = await serve({ transport, apps: [app] });
    const sender = await served.dial();
    join(sender, "private-cache-a");
    sender.say({ event: "client-price", channel: "private-cache-a", data: "1" });
    await sender.settled();
    expect(await heardIn(served, "private-cache-a")).toMatchObject([{ event: "pusher:cache_miss" }]);
  });

  test("a channel that only holds the word is no cache channel", async () => {
    const served = await serve({ transport });
    for (const channel of ["foo-cache-bar", "private-foo-cache-bar", "Cache-a"]) {
      expect(await heardIn(served, channel)).toEqual([]);
    }
  });
});
