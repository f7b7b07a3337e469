import { expect } from "vitest";
import type { Plays } from "../cast.ts";
import { ask, connected, counted, fresh, hear, settled, subscribed } from "../stage.ts";

export const publishing: Plays = {
  async "an event is not sent to the socket that its publisher excepts"({ client, backend }) {
    const [a, b] = [client(), client()];
    const heardByA = hear(await subscribed(a, "news"), "e");
    const heardByB = hear(await subscribed(b, "news"), "e");
    await backend.trigger("news", "e", 1, { socket_id: a.connection.socket_id });
    await settled(backend, a, b);
    expect([heardByA, heardByB]).toEqual([[], [1]]);
  },

  async "an event that excepts a socket which is not in the channel is sent to everyone who is"({ client, backend }) {
    const [a, outside] = [client(), await connected(client())];
    const heard = hear(await subscribed(a, "news"), "e");
    await backend.trigger("news", "e", 1, { socket_id: outside.connection.socket_id });
    await settled(backend, a);
    expect(heard).toEqual([1]);
  },

  async "one publish reaches several channels, and one batch several events"({ client, backend }) {
    const ann = client();
    const [news, sports] = [await subscribed(ann, "news"), await subscribed(ann, "sports")];
    const [heardInNews, heardInSports] = [hear(news, "e"), hear(sports, "e")];
    await backend.trigger(["news", "sports"], "e", 1);
    await backend.triggerBatch([
      { channel: "news", name: "e", data: { n: 2 } },
      { channel: "sports", name: "e", data: "3" },
    ]);
    await settled(backend, ann);
    expect([heardInNews, heardInSports]).toEqual([
      [1, { n: 2 }],
      [1, 3],
    ]);
  },

  async "a publish is answered with how many are in its channels"({ client, backend }) {
    const [news, room, nobody] = [fresh("news-"), fresh("presence-"), fresh("private-")];
    const devices = [client("ann"), client("ann")];
    for (const device of devices) await Promise.all([subscribed(device, news), subscribed(device, room)]);
    await counted(async () => {
      const answer = await backend.trigger([news, room, nobody], "e", 1, { info: "user_count,subscription_count" });
      expect(await answer.json()).toEqual({
        channels: {
          [news]: { subscription_count: 2 },
          [room]: { user_count: 1, subscription_count: 2 },
          [nobody]: { subscription_count: 0 },
        },
      });
    });
  },

  async "a batch is answered with how many are in the channels of those events that ask"({ client, backend }) {
    const [news, room] = [fresh("news-"), fresh("presence-")];
    const ann = client("ann");
    await Promise.all([subscribed(ann, news), subscribed(ann, room)]);
    await counted(async () => {
      const answer = await backend.triggerBatch([
        { channel: news, name: "e", data: 1, info: "subscription_count" },
        { channel: news, name: "e", data: 2 },
        { channel: room, name: "e", data: 3, info: "user_count" },
      ]);
      expect(await answer.json()).toEqual({ batch: [{ subscription_count: 1 }, {}, { user_count: 1 }] });
    });
  },

  async "a backend asks which channels are occupied, and by whom"({ client, backend }) {
    const room = fresh("presence-");
    await Promise.all(["ann", "ann", "bob"].map((user) => subscribed(client(user), room)));
    const channels = (info: string) => ask(backend, "/channels", { filter_by_prefix: room, info });
    expect(await channels("user_count")).toEqual({ channels: { [room]: { user_count: 2 } } });
    await counted(async () => {
      expect(await channels("subscription_count")).toEqual({ channels: { [room]: { subscription_count: 3 } } });
    });
    expect(await channels("user_count,subscription_count")).toEqual({
      channels: { [room]: { user_count: 2, subscription_count: 3 } },
    });
    expect(await ask(backend, `/channels/${room}`)).toEqual({ occupied: true });
    const { users } = (await ask(backend, `/channels/${room}/users`)) as { users: { id: string }[] };
    expect(users.map(({ id }) => id).sort()).toEqual(["ann", "bob"]);
  },

  async "a backend asks how many are in a channel, and hears of an empty one that it is"({ client, backend }) {
    const [news, room, nobody] = [fresh("news-"), fresh("presence-"), fresh("news-")];
    const ann = client("ann");
    await Promise.all([subscribed(ann, news), subscribed(ann, room)]);
    const [counts, both] = [{ info: "subscription_count" }, { info: "user_count,subscription_count" }];
    await counted(async () => {
      expect(await ask(backend, `/channels/${news}`, counts)).toEqual({ occupied: true, subscription_count: 1 });
      expect(await ask(backend, `/channels/${room}`, both)).toEqual({
        occupied: true,
        user_count: 1,
        subscription_count: 1,
      });
    });
    expect(await ask(backend, `/channels/${nobody}`, counts)).toEqual({ occupied: false, subscription_count: 0 });
    expect(await ask(backend, "/channels", { filter_by_prefix: nobody })).toEqual({ channels: {} });
  },

  async "a backend that asks for what a channel does not have is refused with 400"({ backend }) {
    await expect(backend.get({ path: "/channels", params: { info: "user_count" } })).rejects.toMatchObject(refused);
    const path = `/channels/${fresh("news-")}`;
    await expect(backend.get({ path, params: { info: "user_count" } })).rejects.toMatchObject(refused);
    await expect(backend.get({ path: `${path}/users` })).rejects.toMatchObject(refused);
  },
};

const refused = { status: 400, body: expect.stringContaining("user") };
