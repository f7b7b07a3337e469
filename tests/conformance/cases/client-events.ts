import { expect } from "vitest";
import type { Plays } from "../cast.ts";
import { type Channel, fresh, hear, next, settled, subscribed } from "../stage.ts";

export const clientEvents: Plays = {
  async "a client event on a private channel reaches the others, and not its sender"({ client, backend }) {
    const name = fresh("private-");
    const [ann, bob] = [client("ann"), client("bob")];
    const [from, to] = [await subscribed(ann, name), await subscribed(bob, name)];
    const [heard, heardByAnn] = [hearSenders(to), hear(from, "client-typing")];
    const last = next(to, "client-last");
    for (const data of [{ a: [1, "ż", null] }, "plain text", 7, [], null, "{}"]) from.trigger("client-typing", data);
    from.trigger("client-last", {});
    await last;
    await settled(backend, ann);
    const all = [{ a: [1, "ż", null] }, "plain text", 7, [], null, {}];
    expect(heard).toEqual(all.map((data) => [data, {}]));
    expect(heardByAnn).toEqual([]);
  },

  async "a client event on a presence channel says who sent it, and reaches the sender's other device"({
    client,
    backend,
  }) {
    const name = fresh("presence-");
    const [phone, laptop, bob] = [client("ann"), client("ann"), client("bob")];
    const from = await subscribed(phone, name);
    const heardByPhone = hear(from, "client-typing");
    const [laptopRoom, room] = [await subscribed(laptop, name), await subscribed(bob, name)];
    const [heardByLaptop, heard] = [hearSenders(laptopRoom), hearSenders(room)];
    const typing = Promise.all([next(laptopRoom, "client-typing"), next(room, "client-typing")]);
    from.trigger("client-typing", { on: true });
    await typing;
    await settled(backend, phone);
    expect([heardByLaptop, heard]).toEqual([
      [[{ on: true }, { user_id: "ann" }]],
      [[{ on: true }, { user_id: "ann" }]],
    ]);
    expect(heardByPhone).toEqual([]);
  },

  async "a client event on a public channel is refused with 4301, and reaches nobody"({ client, backend }) {
    const name = fresh("news-");
    const [ann, bob] = [client("ann"), client("bob")];
    const [from, to] = [await subscribed(ann, name), await subscribed(bob, name)];
    const [heard, refused] = [hear(to, "client-typing"), next(ann, "pusher:error")];
    from.trigger("client-typing", {});
    expect(await refused).toMatchObject({ code: 4301, message: expect.stringContaining("private") });
    await settled(backend, ann, bob);
    expect(heard).toEqual([]);
    expect(ann.connection.state).toBe("connected");
  },

  async "a client event to a channel that its sender is not in is refused with 4301, and reaches nobody"({
    client,
    backend,
  }) {
    const name = fresh("private-");
    const [ann, bob] = [client("ann"), client("bob")];
    const heard = hear(await subscribed(bob, name), "client-typing");
    await settled(backend, ann);
    const refused = next(ann, "pusher:error");
    ann.send_event("client-typing", {}, name);
    expect(await refused).toMatchObject({ code: 4301 });
    await settled(backend, ann, bob);
    expect(heard).toEqual([]);
    expect(ann.connection.state).toBe("connected");
  },

  async "of more than ten client events in a second some are refused with 4301, and the connection stays open"({
    client,
    backend,
  }) {
    const name = fresh("private-");
    const [ann, bob] = [client("ann"), client("bob")];
    const [from, to] = [await subscribed(ann, name), await subscribed(bob, name)];
    const [heard, errors] = [hear(to, "client-typing"), hear(ann, "pusher:error")];
    const refused = next(ann, "pusher:error");
    for (let n = 0; n < atOnce; n++) from.trigger("client-typing", n);
    expect(await refused).toMatchObject({ code: 4301 });
    await settled(backend, ann, bob);
    for (const error of errors) expect(error).toMatchObject({ code: 4301 });
    expect(heard.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(heard.length).toBeLessThan(atOnce);
    expect(ann.connection.state).toBe("connected");
  },
};

/** So many that a server must refuse one even if it takes two seconds to read them. */
const atOnce = 40;

/** Writes down what the event says, and what it says of its sender. */
function hearSenders(channel: Channel): unknown[] {
  const said: unknown[] = [];
  channel.bind("client-typing", (data: unknown, metadata: unknown) => said.push([data, metadata]));
  return said;
}
