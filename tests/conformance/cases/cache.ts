import { expect } from "vitest";
import type { Plays } from "../cast.ts";
import type { Client } from "../parties.ts";
import { ask, type Channel, fresh, hear, membersOf, next, type Stage, settled, subscribed } from "../stage.ts";

export const cache: Plays = {
  async "a public cache channel gives its last event to who comes later"(stage) {
    await givesItsLastEvent(stage, fresh("cache-"));
  },

  async "a private cache channel gives its last event to who comes later"(stage) {
    await givesItsLastEvent(stage, fresh("private-cache-"));
  },

  async "a presence cache channel gives its last event to who comes later, beside its members"(stage) {
    const room = await givesItsLastEvent(stage, fresh("presence-cache-"));
    expect(membersOf(room)).toMatchObject({ count: 2, myID: "bob" });
  },

  async "a cache channel that has no event says so, to each who comes"({ client, backend }) {
    for (const prefix of ["cache-", "private-cache-", "presence-cache-"]) {
      const name = fresh(prefix);
      const [ann, bob] = [client("ann"), client("bob")];
      const first = await entered(ann, name);
      await settled(backend, ann);
      const second = await entered(bob, name);
      await settled(backend, ann, bob);
      expect([first.misses, second.misses]).toEqual([[{}], [{}]]);
    }
  },

  async "a backend reads the last event of a cache channel, and for how long it is kept"({ backend }) {
    const name = fresh("cache-");
    expect(await ask(backend, `/channels/${name}`, { info: "cache" })).toEqual({ occupied: false, cache: null });
    await backend.trigger(name, "price", { amount: 1 });
    expect(await ask(backend, `/channels/${name}`, { info: "cache" })).toEqual({
      occupied: false,
      cache: { data: '{"amount":1}', ttl: expect.any(Number) },
    });
  },

  async "a client event is not kept by a cache channel"({ client, backend }) {
    const name = fresh("private-cache-");
    const [ann, bob, carol] = [client("ann"), client("bob"), client("carol")];
    const [from, to] = [await subscribed(ann, name), await subscribed(bob, name)];
    const typing = next(to, "client-typing");
    from.trigger("client-typing", {});
    await typing;
    const { misses } = await entered(carol, name);
    await settled(backend, carol);
    expect(misses).toEqual([{}]);
  },
};

/** Published while nobody is there, and while somebody is: who comes gets the last event, once, and nobody else gets it again. */
async function givesItsLastEvent({ client, backend }: Stage, name: string): Promise<Channel> {
  const [ann, bob] = [client("ann"), client("bob")];
  for (const amount of [1, 2]) await backend.trigger(name, "price", { amount });
  const first = await entered(ann, name);
  await settled(backend, ann);
  expect(first).toMatchObject({ prices: [{ amount: 2 }], misses: [] });
  expect(first.order.slice(0, 2)).toEqual(["pusher:subscription_succeeded", "price"]);

  await backend.trigger(name, "price", { amount: 3 }, { socket_id: ann.connection.socket_id });
  const second = await entered(bob, name);
  await settled(backend, ann, bob);
  expect(second).toMatchObject({ prices: [{ amount: 3 }], misses: [] });
  expect(first).toMatchObject({ prices: [{ amount: 2 }], misses: [] });
  return second.channel;
}

interface Entered {
  readonly channel: Channel;
  readonly prices: readonly unknown[];
  readonly misses: readonly unknown[];
  /** The names of everything that the channel said. */
  readonly order: readonly string[];
}

/** Resolves once the client is in the channel; writes down what it says from its first word on. */
async function entered(client: Client, name: string): Promise<Entered> {
  const channel = client.subscribe(name);
  const [prices, misses] = [hear(channel, "price"), hear(channel, "pusher:cache_miss")];
  const order: string[] = [];
  channel.bind_global((event: string) => order.push(event));
  await subscribed(client, name);
  return { channel, prices, misses, order };
}
