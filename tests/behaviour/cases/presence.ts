import { expect } from "vitest";
import type { Client } from "../parties.ts";
import type { Line } from "../server.ts";
import { type Channel, connected, hear, next, type Plays, type Stage } from "../stage.ts";

const lobby = "presence-lobby";

export const presence: Plays = {
  async "members says who is there: count, myID, me, get, and a record by id"(stage) {
    const { members } = await entered(stage);
    expect(members).toMatchObject({
      count: 2,
      myID: "ann",
      me: { id: "ann", info: { name: "Ann" } },
      members: { ann: { name: "Ann" }, bob: { name: "Bob" } },
    });
    expect(members.get("bob")).toEqual({ id: "bob", info: { name: "Bob" } });
    expect(Object.keys(members.members)).toEqual(["ann", "bob"]);
  },

  async "get of who is not there is null, also of members that every object has"(stage) {
    const { members } = await entered(stage);
    expect([members.get("carol"), members.get("toString"), members.get("__proto__")]).toEqual([null, null, null]);
  },

  async "each calls with id and info of each member, in their order"(stage) {
    const { members } = await entered(stage);
    const heard: unknown[][] = [];
    members.each((...args: unknown[]) => void heard.push(args));
    expect(heard).toEqual([[{ id: "ann", info: { name: "Ann" } }], [{ id: "bob", info: { name: "Bob" } }]]);
  },

  async "pusher:subscription_succeeded tells the members that the channel has"(stage) {
    const { channel, heard } = await entered(stage);
    expect(heard).toEqual([[expect.anything()]]);
    expect(heard[0]?.[0]).toBe(channel.members);
  },

  async "before it is subscribed to, the channel has no members"(stage) {
    const [client] = await connected(stage);
    const { members } = presenceOf(client.subscribe(lobby));
    expect(members).toMatchObject({ count: 0, members: {}, myID: null, me: null });
  },

  async "who comes is told with id and info, and counted"(stage) {
    const { channel, members, line } = await entered(stage);
    const heard = hear(channel, "pusher:member_added");
    line.say("pusher_internal:member_added", { user_id: "carol", user_info: { name: "Carol" } }, { channel: lobby });
    line.say("pusher_internal:member_added", { user_id: "dave" }, { channel: lobby });
    await line.rest();
    expect(heard).toEqual([[{ id: "carol", info: { name: "Carol" } }], [{ id: "dave", info: undefined }]]);
    expect(members).toMatchObject({ count: 4 });
    expect(members.get("carol")).toEqual({ id: "carol", info: { name: "Carol" } });
  },

  async "who comes but was there already is told again, with the new info, and not counted again"(stage) {
    const { channel, members, line } = await entered(stage);
    const heard = hear(channel, "pusher:member_added");
    line.say("pusher_internal:member_added", { user_id: "bob", user_info: { name: "Bobby" } }, { channel: lobby });
    await line.rest();
    expect(heard).toEqual([[{ id: "bob", info: { name: "Bobby" } }]]);
    expect(members.count).toBe(2);
    expect(members.get("bob")).toEqual({ id: "bob", info: { name: "Bobby" } });
  },

  async "who goes is told with id and info, and gone by then"(stage) {
    const { channel, members, line } = await entered(stage);
    const heard: unknown[] = [];
    channel.bind("pusher:member_removed", (member: unknown) => heard.push(member, members.count, members.get("bob")));
    line.say("pusher_internal:member_removed", { user_id: "bob" }, { channel: lobby });
    await line.rest();
    expect(heard).toEqual([{ id: "bob", info: { name: "Bob" } }, 1, null]);
  },

  async "who goes but was not there is not told"(stage) {
    const { channel, members, line } = await entered(stage);
    const heard = hear(channel, "pusher:member_removed");
    line.say("pusher_internal:member_removed", { user_id: "carol" }, { channel: lobby });
    await line.rest();
    expect([heard, members.count]).toEqual([[], 2]);
  },

  async "coming and going is told to global listeners of the channel, and not on the client"(stage) {
    const { client, channel, line } = await entered(stage);
    const heard: unknown[] = [];
    channel.bind_global((name: string) => heard.push(name));
    client.bind_global((name: string) => name !== "pusher:ping" && heard.push(["client", name]));
    line.say("pusher_internal:member_added", { user_id: "carol" }, { channel: lobby });
    line.say("pusher_internal:member_removed", { user_id: "carol" }, { channel: lobby });
    await line.rest();
    expect(heard).toEqual(["pusher:member_added", "pusher:member_removed"]);
  },

  async "metadata says the user_id of a client event, and is empty for the backend's"(stage) {
    const { channel, line } = await entered(stage);
    const heard = hear(channel, "client-typing");
    line.say("client-typing", { n: 1 }, { channel: lobby, user_id: "bob" });
    line.say("client-typing", { n: 2 }, { channel: lobby });
    await line.rest();
    expect(heard).toEqual([
      [{ n: 1 }, { user_id: "bob" }],
      [{ n: 2 }, {}],
    ]);
  },

  async "a count of subscriptions is told on a presence channel, too"(stage) {
    const { channel, line } = await entered(stage);
    const heard = hear(channel, "pusher:subscription_count");
    line.say("pusher_internal:subscription_count", { subscription_count: 7 }, { channel: lobby });
    await line.rest();
    expect([heard, channel.subscriptionCount]).toEqual([[[{ subscription_count: 7 }]], 7]);
  },

  async "trigger in a presence channel says event, data and channel"(stage) {
    const { channel, line } = await entered(stage);
    expect(channel.trigger("client-typing", {})).toBe(true);
    expect(await line.next()).toEqual({ event: "client-typing", data: {}, channel: lobby });
  },

  async "members are forgotten with the connection, and are those of the next one then"(stage) {
    const { client, channel, line } = await entered(stage);
    const connecting = next(client.connection, "connecting");
    line.close(4200);
    await connecting;
    expect(channel.members).toMatchObject({ count: 0, members: {}, myID: null, me: null });
    const second = await stage.server.greet();
    await enter(stage, second, channel);
    expect(channel.members).toMatchObject({ count: 2, myID: "ann" });
  },

  async "a numeric user_id is the number in myID"(stage) {
    const [client, line] = await connected(stage);
    const channel = presenceOf(client.subscribe(lobby));
    const success = next(channel, "pusher:subscription_succeeded");
    (await stage.endpoint.next()).answer(200, { auth: "app-key:s", channel_data: '{"user_id":5}' });
    await line.next();
    line.say(
      "pusher_internal:subscription_succeeded",
      { presence: { ids: ["5"], hash: { 5: { n: 1 } }, count: 1 } },
      { channel: lobby },
    );
    await success;
    expect(channel.members.me).toMatchObject({ info: { n: 1 } });
    expect(channel.members.myID).toBe(5);
  },

  async "without channel_data and without a user there is an error"(stage) {
    const [client, line] = await connected(stage);
    const channel = client.subscribe(lobby);
    const error = next(channel, "pusher:subscription_error");
    (await stage.endpoint.next()).answer(200, { auth: "app-key:signature" });
    expect(await error).toMatchObject({ type: "AuthError" });
    expect(channel.subscriptionPending).toBe(false);
    expect(await line.rest()).toEqual([]);
  },

  async "the error for want of channel_data has no words"(stage) {
    const [client] = await connected(stage);
    const error = next(client.subscribe(lobby), "pusher:subscription_error");
    (await stage.endpoint.next()).answer(200, { auth: "app-key:signature" });
    expect(await error).toEqual({ type: "AuthError", error: undefined });
  },
};

/** A presence channel as the official client has it. */
export type Presence = import("pusher-js").PresenceChannel;

export function presenceOf(channel: Channel): Presence {
  return channel as Presence;
}

interface Entered {
  readonly client: Client;
  readonly line: Line;
  readonly channel: Presence;
  readonly members: Presence["members"];
  /** What pusher:subscription_succeeded has said. */
  readonly heard: unknown[][];
}

/** Ann is in the lobby, where Bob is. */
async function entered(stage: Stage): Promise<Entered> {
  const [client, line] = await connected(stage);
  const channel = presenceOf(client.subscribe(lobby));
  const heard = hear(channel, "pusher:subscription_succeeded");
  await enter(stage, line, channel);
  return { client, line, channel, members: channel.members, heard };
}

async function enter({ endpoint }: Stage, line: Line, channel: Presence): Promise<void> {
  const success = next(channel, "pusher:subscription_succeeded");
  const channelData = JSON.stringify({ user_id: "ann", user_info: { name: "Ann" } });
  (await endpoint.next()).answer(200, { auth: "app-key:signature", channel_data: channelData });
  await line.next();
  const hash = { ann: { name: "Ann" }, bob: { name: "Bob" } };
  line.say(
    "pusher_internal:subscription_succeeded",
    { presence: { ids: ["ann", "bob"], hash, count: 2 } },
    { channel: lobby },
  );
  await success;
}
