import { expect } from "vitest";
import type { Plays } from "../cast.ts";
import { type Done, fresh, hear, membersOf, next, settled, subscribed } from "../stage.ts";

export const presence: Plays = {
  async "a presence channel knows its members, and hears of those who come and go"({ client }) {
    const name = fresh("presence-");
    const ann = await subscribed(client("ann"), name);
    const added = next(ann, "pusher:member_added");
    const visitor = client("bob");
    const bob = await subscribed(visitor, name);
    expect(membersOf(bob)).toMatchObject({ count: 2, myID: "bob", me: { id: "bob", info: { name: "bob" } } });
    expect(await added).toEqual({ id: "bob", info: { name: "bob" } });
    expect(membersOf(ann).get("bob")).toEqual({ id: "bob", info: { name: "bob" } });
    const removed = next(ann, "pusher:member_removed");
    visitor.disconnect();
    expect(await removed).toEqual({ id: "bob", info: { name: "bob" } });
    expect(membersOf(ann)).toMatchObject({ count: 1, myID: "ann" });
  },

  async "a presence channel has one member for two devices of a user"({ client, backend }) {
    const name = fresh("presence-");
    const [watcher, one, two] = [client("bob"), client("ann"), client("ann")];
    const room = await subscribed(watcher, name);
    const [added, removed] = [hear(room, "pusher:member_added"), hear(room, "pusher:member_removed")];
    await subscribed(one, name);
    expect(membersOf(await subscribed(two, name))).toMatchObject({ count: 2, myID: "ann" });
    one.disconnect();
    await settled(backend, watcher, two);
    expect(added).toEqual([{ id: "ann", info: { name: "ann" } }]);
    expect(removed).toEqual([]);
    const gone = next(room, "pusher:member_removed");
    two.disconnect();
    expect(await gone).toMatchObject({ id: "ann" });
  },

  async "a user who has signed in is a member where the backend names none"({ client, backend }) {
    const name = fresh("presence-");
    const customHandler = ({ socketId, channelName }: { socketId: string; channelName: string }, done: Done): void =>
      done(null, backend.authorizeChannel(socketId, channelName));
    const room = await subscribed(client("bob"), name);
    const added = next(room, "pusher:member_added");
    const ann = client("ann", { channelAuthorization: { customHandler } });
    ann.signin();
    const ownRoom = await subscribed(ann, name);
    expect(membersOf(ownRoom)).toMatchObject({ count: 2, myID: "ann", me: { id: "ann", info: { name: "ann" } } });
    expect(await added).toEqual({ id: "ann", info: { name: "ann" } });
    const removed = next(room, "pusher:member_removed");
    ann.disconnect();
    expect(await removed).toEqual({ id: "ann", info: { name: "ann" } });
  },
};
