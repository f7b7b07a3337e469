import { expect, test } from "vitest";
import { backend, type Manner, type Received } from "../testing/backend.ts";
import { type Served, serve, subscribe, subscription, transports } from "../testing/serve.ts";
import { WatchedClock } from "../testing/watched-clock.ts";

/** How the backend treats the first attempt at each body, in turn; the second it receives. */
const faults: readonly Manner[] = [500, 200, "hangs", 301, 200, "cuts", 404];

test.each(transports)(
  "over %s, what a backend is told is what happened, event by event, though it fails, hangs, redirects and cuts",
  async (transport) => {
    const hooks = await backend();
    const clock = new WatchedClock();
    const keys = { key: "app-key", secret: "app-secret" };
    const app = { id: "app-id", ...keys, clientEvents: true, subscriptionCount: true, webhooks: [{ url: hooks.url }] };
    const served = await serve({ transport, apps: [app] }, { clock });
    const { told } = badlyTreated();

    function badlyTreated() {
      const manners = new Map<string, Manner>();
      hooks.manner = ({ body }: Received) => {
        if (manners.has(body)) return 200;
        const manner = faults[manners.size % faults.length] ?? 200;
        manners.set(body, manner);
        return manner;
      };
      const seen = new Set<string>();
      return {
        /** The events of the next bodies that it received, whatever it took. */
        async told(count: number): Promise<object[]> {
          const events: object[] = [];
          while (events.length < count) {
            const { body, events: carried } = await hooks.next();
            const manner = seen.has(body) ? 200 : manners.get(body);
            seen.add(body);
            if (manner === "hangs") clock.pass(10_000);
            if (manner === 200) events.push(...carried);
            else await clock.passes(1000);
          }
          return events;
        },
      };
    }

    const ann = await enter(served, "news");
    clock.pass(100);
    expect(await told(2)).toEqual([
      { name: "channel_occupied", channel: "news" },
      { name: "subscription_count", channel: "news", subscription_count: 1 },
    ]);

    ann.say(subscription(ann, "presence-room", { user_id: "ann" }));
    await ann.settled();
    const bob = await enter(served, "presence-room", "bob");
    const again = await enter(served, "presence-room", "bob");
    bob.say({ event: "client-typing", channel: "presence-room", data: { on: true } });
    await bob.settled();
    expect(await told(4)).toEqual([
      { name: "channel_occupied", channel: "presence-room" },
      { name: "member_added", channel: "presence-room", user_id: "ann" },
      { name: "member_added", channel: "presence-room", user_id: "bob" },
      {
        name: "client_event",
        channel: "presence-room",
        event: "client-typing",
        data: '{"on":true}',
        socket_id: bob.socketId,
        user_id: "bob",
      },
    ]);

    await again.hangUp(); // bob has another
    await bob.hangUp();
    await ann.settled();
    clock.pass(2999);
    const back = await enter(served, "presence-room", "bob");
    clock.pass(60_000);
    await back.hangUp();
    const cold = await enter(served, "cache-price");
    await enter(served, "cache-price");
    await cold.settled();
    clock.pass(100);
    await cold.settled(); // counts are told
    clock.pass(2900);
    expect(await told(4)).toEqual([
      { name: "channel_occupied", channel: "cache-price" },
      { name: "cache_miss", channel: "cache-price" },
      { name: "subscription_count", channel: "cache-price", subscription_count: 2 },
      { name: "member_removed", channel: "presence-room", user_id: "bob" },
    ]);

    await ann.hangUp();
    await cold.settled();
    clock.pass(100);
    await cold.settled(); // counts are told
    clock.pass(2900);
    expect(await told(4)).toEqual([
      { name: "subscription_count", channel: "news", subscription_count: 0 },
      { name: "channel_vacated", channel: "news" },
      { name: "member_removed", channel: "presence-room", user_id: "ann" },
      { name: "channel_vacated", channel: "presence-room" },
    ]);
  },
);

async function enter({ dial }: Served, channel: string, user?: string) {
  const caller = await dial();
  caller.say(user === undefined ? subscribe(channel) : subscription(caller, channel, { user_id: user }));
  await caller.settled();
  return caller;
}
