import { describe, expect, test } from "vitest";
import type { Caller, WireFrame } from "./testing/dial.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { serve, signin, transports } from "./testing/serve.ts";

describe.each(transports)("over %s", (transport) => {
  async function start(users: object = {}) {
    const clock = new FakeClock();
    const app = { id: "app-id", key: "app-key", secret: "app-secret", users };
    const served = await serve({ transport, apps: [app] }, { clock });
    /** Somebody who signs in. @returns what was said after the success */
    const enter = async (id: string, watchlist?: unknown): Promise<{ caller: Caller; heard: WireFrame[] }> => {
      const caller = await served.dial();
      caller.say(signin(caller, { id, ...(watchlist !== undefined && { watchlist }) }));
      expect((await caller.next()).event).toBe("pusher:signin_success");
      return { caller, heard: await caller.settled() };
    };
    return { clock, enter };
  }

  const says = (...events: [name: string, ...ids: string[]][]): WireFrame => ({
    event: "pusher_internal:watchlist_events",
    data: JSON.stringify({ events: events.map(([name, ...user_ids]) => ({ name, user_ids })) }),
  });

  test("who signs in with a watchlist hears at once who of it is there and who is not", async () => {
    const { enter } = await start();
    await enter("bob");
    expect((await enter("ann", ["bob", "carl", "dora", "bob"])).heard).toEqual([
      says(["online", "bob"], ["offline", "carl", "dora"]),
    ]);
    expect((await enter("eve", ["bob"])).heard).toEqual([says(["online", "bob"])]);
    expect((await enter("fay", [])).heard).toEqual([]);
  });

  test("a user is announced by the first connection, whether there is a watchlist of their own or not, and once", async () => {
    const { enter } = await start();
    const { caller: ann } = await enter("ann", ["bob", "carl"]);
    await enter("bob");
    await enter("bob");
    await enter("carl", ["ann"]);
    expect(await ann.settled()).toEqual([says(["online", "bob"]), says(["online", "carl"])]);
  });

  test("a user is gone three seconds after the last connection, and whoever comes back before was never away", async () => {
    const { clock, enter } = await start();
    const { caller: ann } = await enter("ann", ["bob"]);
    const [first, second] = [(await enter("bob")).caller, (await enter("bob")).caller];
    expect(await ann.settled()).toEqual([says(["online", "bob"])]);
    await first.hangUp();
    clock.pass(60_000);
    expect(await ann.settled()).toEqual([]);
    await second.hangUp();
    await ann.settled();
    clock.pass(2999);
    const third = (await enter("bob")).caller;
    clock.pass(60_000);
    expect(await ann.settled()).toEqual([]);
    await third.hangUp();
    await ann.settled();
    clock.pass(3000);
    expect(await ann.settled()).toEqual([says(["offline", "bob"])]);
    await enter("bob");
    expect(await ann.settled()).toEqual([says(["online", "bob"])]);
  });

  test("who begins to watch during the three seconds hears what the others believe, and then the truth with them", async () => {
    const { clock, enter } = await start();
    const { caller: ann } = await enter("ann", ["bob"]);
    const { caller: bob } = await enter("bob");
    await ann.settled();
    await bob.hangUp();
    await ann.settled();
    const { caller: carl, heard } = await enter("carl", ["bob"]);
    expect(heard).toEqual([says(["online", "bob"])]);
    clock.pass(3000);
    expect(await carl.settled()).toEqual([says(["offline", "bob"])]);
  });

  test("a connection that signs in again watches what it says then, and nobody else", async () => {
    const { enter } = await start();
    const { caller: ann } = await enter("ann", ["bob", "carl"]);
    ann.say(signin(ann, { id: "ann", watchlist: ["carl"] }));
    expect((await ann.settled()).slice(1)).toEqual([says(["offline", "carl"])]);
    await enter("bob");
    await enter("carl");
    expect(await ann.settled()).toEqual([says(["online", "carl"])]);
    ann.say(signin(ann, { id: "ann" }));
    await ann.settled();
    await enter("dora", ["ann"]);
    expect(await ann.settled()).toEqual([]);
  });

  test("one may watch oneself", async () => {
    const { enter } = await start();
    expect((await enter("ann", ["ann"])).heard).toEqual([says(["online", "ann"])]);
  });

  test("of too long a watchlist the first ids are watched, and an error says so; the sign-in stands", async () => {
    const { enter } = await start();
    const ids = Array.from({ length: 101 }, (_, index) => `u${index}`);
    const { caller, heard } = await enter("ann", ids);
    const message = "A watchlist may have 100 ids: only the first 100 are watched";
    expect(heard).toEqual([
      { event: "pusher:error", data: { code: 4302, message } },
      says(["offline", ...ids.slice(0, 100)]),
    ]);
    await enter("u100");
    expect(await caller.settled()).toEqual([]);
    await enter("u99");
    expect(await caller.settled()).toEqual([says(["online", "u99"])]);
  });

  test("the limit is the app's, and 0 is none", async () => {
    const { enter } = await start({ watchlistLimit: 1 });
    expect((await enter("ann", ["bob", "carl"])).heard).toMatchObject([
      { data: { code: 4302 } },
      says(["offline", "bob"]),
    ]);
    const all = await start({ watchlistLimit: 0 });
    const ids = Array.from({ length: 300 }, (_, index) => `u${index}`);
    expect((await all.enter("ann", ids)).heard).toEqual([says(["offline", ...ids])]);
  });

  test("an app may do without watchlists", async () => {
    const { enter } = await start({ watchlist: false });
    const { caller: ann, heard } = await enter("ann", ["bob"]);
    expect(heard).toEqual([]);
    await enter("bob");
    expect(await ann.settled()).toEqual([]);
  });

  test("users called __proto__ and constructor are users", async () => {
    const { enter } = await start();
    expect((await enter("ann", ["__proto__", "constructor"])).heard).toEqual([
      says(["offline", "__proto__", "constructor"]),
    ]);
    const { caller: eve } = await enter("eve", ["__proto__"]);
    await enter("__proto__");
    expect(await eve.settled()).toEqual([says(["online", "__proto__"])]);
  });
});
