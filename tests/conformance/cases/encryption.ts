import { expect } from "vitest";
import type { Plays } from "../cast.ts";
import { ask, counted, fresh, hear, settled, subscribed } from "../stage.ts";

export const encryption: Plays = {
  async "an encrypted channel carries events of every shape, which nobody between its ends can read"({
    client,
    backend,
  }) {
    const name = fresh("private-encrypted-");
    const ann = client("ann");
    const frames = hear(ann.connection, "message") as Frame[];
    const heard = hear(await subscribed(ann, name), "e");
    const said = [{ a: [1, "ż", null] }, "plain text", 7, [], "{}"];
    for (const data of said) await backend.trigger(name, "e", data);
    await settled(backend, ann);
    expect(heard).toEqual(said);
    const carried = frames.filter(({ event, channel }) => event === "e" && channel === name);
    expect(carried.map(({ data }) => data)).toEqual(said.map(() => sealed));
  },

  async "one batch carries encrypted events beside others"({ client, backend }) {
    const [secret, news] = [fresh("private-encrypted-"), fresh("news-")];
    const ann = client("ann");
    const [heard, heardInNews] = [hear(await subscribed(ann, secret), "e"), hear(await subscribed(ann, news), "e")];
    await backend.triggerBatch([
      { channel: secret, name: "e", data: { n: 1 } },
      { channel: news, name: "e", data: { n: 2 } },
      { channel: secret, name: "e", data: "three" },
    ]);
    await settled(backend, ann);
    expect([heard, heardInNews]).toEqual([[{ n: 1 }, "three"], [{ n: 2 }]]);
  },

  async "an encrypted cache channel keeps its last event as it came, for who comes later and can read it"({
    client,
    backend,
  }) {
    const name = fresh("private-encrypted-cache-");
    const [ann, bob] = [client("ann"), client("bob")];
    const first = ann.subscribe(name);
    const [heardByAnn, missedByAnn] = [hear(first, "e"), hear(first, "pusher:cache_miss")];
    await subscribed(ann, name);
    await settled(backend, ann);
    for (const n of [1, 2]) await backend.trigger(name, "e", { n });

    const { cache } = (await ask(backend, `/channels/${name}`, { info: "cache" })) as { cache: { data: string } };
    expect(JSON.parse(cache.data)).toEqual(sealed);

    const second = bob.subscribe(name);
    const [heardByBob, missedByBob] = [hear(second, "e"), hear(second, "pusher:cache_miss")];
    await subscribed(bob, name);
    await settled(backend, ann, bob);
    expect({ heardByAnn, missedByAnn }).toEqual({ heardByAnn: [{ n: 1 }, { n: 2 }], missedByAnn: [{}] });
    expect({ heardByBob, missedByBob }).toEqual({ heardByBob: [{ n: 2 }], missedByBob: [] });
  },

  async "a publish on an encrypted channel is answered with how many are in it"({ client, backend }) {
    const name = fresh("private-encrypted-");
    await subscribed(client("ann"), name);
    await counted(async () => {
      const answer = await backend.trigger(name, "e", {}, { info: "subscription_count" });
      expect(await answer.json()).toEqual({ channels: { [name]: { subscription_count: 1 } } });
    });
  },
};

/** A frame as it came, before anything was decrypted. */
interface Frame {
  readonly event: string;
  readonly channel?: string;
  readonly data: unknown;
}

/** All that stands in an encrypted event. */
const sealed = { nonce: expect.any(String), ciphertext: expect.any(String) };
