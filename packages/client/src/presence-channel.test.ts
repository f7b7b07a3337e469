import { describe, expect, it, vi } from "vitest";
import type { Members } from "./members.ts";
import type { PresenceChannel } from "./presence-channel.ts";
import { connected, type Dialogue, heard } from "./testing/dialogue.ts";
import type { Peer } from "./testing/fake-server.ts";

const room = "presence-room";
const list = { presence: { count: 2, ids: ["10", "20"], hash: { "10": { name: "Ann" }, "20": { name: "Bob" } } } };

/** The client is user 10 in the room, with user 20. */
async function joined(): Promise<Dialogue & { readonly peer: Peer; readonly channel: PresenceChannel }> {
  const dialogue = await connected();
  const channel = dialogue.client.subscribe(room) as PresenceChannel;
  (await dialogue.endpoint.next()).json({ auth: "a", channel_data: '{"user_id":10}' });
  await dialogue.peer.next();
  dialogue.peer.send("pusher_internal:subscription_succeeded", JSON.stringify(list), room);
  await heard(channel, "pusher:subscription_succeeded");
  return { ...dialogue, channel };
}

function everyone({ members }: PresenceChannel): string[] {
  const names: string[] = [];
  members.each(({ id, info }) => names.push(`${id} ${info?.name}`));
  return names;
}

describe("members", () => {
  it("are there with the success, with oneself among them", async () => {
    const { client, endpoint, peer } = await connected();
    const channel = client.subscribe(room) as PresenceChannel;
    (await endpoint.next()).json({ auth: "a", channel_data: '{"user_id":"10"}' });
    expect(await peer.next()).toMatchObject({ data: { channel_data: '{"user_id":"10"}' } });
    peer.send("pusher_internal:subscription_succeeded", JSON.stringify(list), room);
    const members: Members = await heard(channel, "pusher:subscription_succeeded");
    expect(members).toBe(channel.members);
    expect(members).toMatchObject({ count: 2, myID: "10", me: { id: "10", info: { name: "Ann" } } });
    expect(members.get("20")).toEqual({ id: "20", info: { name: "Bob" } });
    expect(members.get("30")).toBeNull();
    expect(members.get("toString")).toBeNull();
  });

  it("come", async () => {
    const { peer, channel } = await joined();
    peer.send("pusher_internal:member_added", '{"user_id":"30","user_info":{"name":"Cat"}}', room);
    expect(await heard(channel, "pusher:member_added")).toEqual({ id: "30", info: { name: "Cat" } });
    expect(channel.members.count).toBe(3);
    peer.send("pusher_internal:member_added", '{"user_id":"30","user_info":{"name":"Kat"}}', room);
    await heard(channel, "pusher:member_added");
    expect(channel.members.count).toBe(3);
    expect(everyone(channel)).toEqual(["10 Ann", "20 Bob", "30 Kat"]);
  });

  it("go, if they were there", async () => {
    const { peer, channel } = await joined();
    const removed = vi.fn();
    channel.bind("pusher:member_removed", removed);
    for (const id of [30, 20, 20]) peer.send("pusher_internal:member_removed", JSON.stringify({ user_id: id }), room);
    await peer.settled();
    expect(removed.mock.calls).toEqual([[{ id: "20", info: { name: "Bob" } }]]);
    expect(channel.members.count).toBe(1);
  });

  it("are nobody while there is no connection", async () => {
    const { client, channel } = await joined();
    client.disconnect();
    expect(channel.members).toMatchObject({ count: 0, myID: null, me: null, members: {} });
  });

  it("send client events under their name", async () => {
    const { peer, channel } = await joined();
    const typing = vi.fn();
    channel.bind("client-typing", typing);
    peer.send("client-typing", '{"on":true}', room, "20").send("client-typing", "{}", room);
    await peer.settled();
    expect(typing.mock.calls).toEqual([
      [{ on: true }, { user_id: "20" }],
      [{}, {}],
    ]);
  });
});

describe("without channel_data", () => {
  it("one is the user that signs in, however long that takes", async () => {
    const { client, endpoint, peer } = await connected();
    void client.signin();
    const signin = await endpoint.next();
    const channel = client.subscribe(room) as PresenceChannel;
    (await endpoint.next()).json({ auth: "a" });
    signin.json({ auth: "u", user_data: '{"id":"10"}' });
    expect(await peer.next()).toMatchObject({ event: "pusher:signin" });
    await peer.settled();
    peer.send("pusher:signin_success", { user_data: '{"id":"10"}' });
    expect(await peer.next()).toMatchObject({ data: { channel: "#server-to-user-10" } });
    expect(await peer.next()).toEqual({ event: "pusher:subscribe", data: { auth: "a", channel: room } });
    expect(channel.members.myID).toBe("10");
  });

  it("and without a sign-in it cannot be joined", async () => {
    const { client, endpoint } = await connected();
    const channel = client.subscribe(room);
    (await endpoint.next()).json({ auth: "a" });
    expect(await heard(channel, "pusher:subscription_error")).toEqual({
      type: "AuthError",
      error: expect.stringMatching(/^Invalid auth response .*no user is signed in$/),
    });
  });

  it("and after a refused sign-in it cannot be joined either, but does not wait for ever", async () => {
    const { client, endpoint, peer } = await connected();
    void client.signin();
    (await endpoint.next()).json({ auth: "u", user_data: '{"id":"10"}' });
    await peer.next();
    const channel = client.subscribe(room);
    (await endpoint.next()).json({ auth: "a" });
    peer.send("pusher:error", { code: 4009, message: "No", refused: "pusher:signin" });
    await heard(channel, "pusher:subscription_error");
    expect(channel.subscriptionPending).toBe(false);
  });
});

it("refuses channel_data that names nobody", async () => {
  const { client, endpoint } = await connected();
  const channel = client.subscribe(room);
  (await endpoint.next()).json({ auth: "a", channel_data: "{}" });
  expect(await heard(channel, "pusher:subscription_error")).toEqual({
    type: "AuthError",
    error: "Invalid auth response for presence-room: no user_id in channel_data",
  });
});
