import { describe, expect, test } from "vitest";
import type { Caller, WireFrame } from "./testing/dial.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { serve, subscribe, subscription, transports } from "./testing/serve.ts";

const app = { id: "app-id", key: "app-key", secret: "app-secret", subscriptionCount: true };
const soon = 100;

describe.each(transports)("over %s", (transport) => {
  async function start(apps = [app]) {
    const clock = new FakeClock();
    const served = await serve({ transport, apps }, { clock });
    const enter = async (channel = "news"): Promise<Caller> => {
      const caller = await served.dial();
      caller.say(channel.includes("-") ? subscription(caller, channel) : subscribe(channel));
      await caller.settled();
      return caller;
    };
    return { ...served, clock, enter };
  }

  const says = (subscription_count: number, channel = "news"): WireFrame => ({
    event: "pusher_internal:subscription_count",
    channel,
    data: JSON.stringify({ subscription_count }),
  });

  test.each(["news", "private-room", "cache-news"])(
    "everyone in %s is told when one comes or goes, the newcomer too",
    async (channel) => {
      const { clock, enter } = await start();
      const first = await enter(channel);
      clock.pass(soon);
      expect(await first.settled()).toEqual([says(1, channel)]);
      const second = await enter(channel);
      clock.pass(soon);
      expect(await first.settled()).toEqual([says(2, channel)]);
      expect(await second.settled()).toEqual([says(2, channel)]);
      second.say({ event: "pusher:unsubscribe", data: { channel } });
      await second.settled();
      clock.pass(soon);
      expect(await first.settled()).toEqual([says(1, channel)]);
      expect(await second.settled()).toEqual([]);
      const third = await enter(channel);
      clock.pass(soon);
      await first.settled();
      await third.hangUp(true);
      await first.settled();
      clock.pass(soon);
      expect(await first.settled()).toEqual([says(1, channel)]);
    },
  );

  test("subscribing twice and leaving what one is not in change nothing", async () => {
    const { clock, enter } = await start();
    const caller = await enter();
    clock.pass(soon);
    await caller.settled();
    caller.say(subscribe("news"));
    caller.say({ event: "pusher:unsubscribe", data: { channel: "other" } });
    await caller.settled();
    clock.pass(60_000);
    expect(await caller.settled()).toEqual([]);
  });

  test("presence channels are not counted, nor anything in apps that do not want it", async () => {
    const counting = await start();
    const member = await counting.dial();
    member.say(subscription(member, "presence-room", { user_id: "ann" }));
    await member.settled();
    counting.clock.pass(soon);
    expect(await member.settled()).toEqual([]);

    const other = await start([{ ...app, subscriptionCount: false }]);
    const caller = await other.enter();
    other.clock.pass(soon);
    expect(await caller.settled()).toEqual([]);
  });

  test("a clock that is set back silences no channel", async () => {
    const { clock, dial, enter } = await start();
    const first = await enter();
    for (let n = 1; n < 101; n++) (await dial()).say(subscribe("news"));
    await enter();
    clock.pass(soon);
    expect(await first.settled()).toEqual([says(102)]);
    clock.setBack(3_600_000);
    await enter();
    clock.pass(5000);
    expect(await first.settled()).toEqual([says(103)]);
  });

  test("those who come together are told of together", async () => {
    const { clock, enter } = await start();
    const [first] = [await enter(), await enter(), await enter()];
    clock.pass(soon);
    expect(await first.settled()).toEqual([says(3)]);
  });

  test("a channel with more than a hundred subscriptions is told every five seconds, while it changes", async () => {
    const { clock, dial, enter } = await start();
    const first = await enter();
    for (let n = 1; n < 101; n++) (await dial()).say(subscribe("news"));
    const last = await enter();
    clock.pass(soon);
    expect(await first.settled()).toEqual([says(102)]);
    await enter();
    clock.pass(5000 - 1);
    expect(await first.settled()).toEqual([]);
    await last.hangUp();
    await enter();
    clock.pass(1);
    expect(await first.settled()).toEqual([says(103)]);
    clock.pass(60_000);
    expect(await first.settled()).toEqual([]);
    await enter();
    clock.pass(soon);
    expect(await first.settled()).toEqual([says(104)]);
  });
});
