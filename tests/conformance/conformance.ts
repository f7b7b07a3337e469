import { expect } from "vitest";
import { connected, hear, next, type Stage, settled, signedIn, subscribed } from "./stage.ts";

/** What any client and any backend library of the protocol must be able to do with the server: a sentence and its dialogue. */
export const cases: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  async "a client connects and has a socket id"({ client }) {
    const { connection } = await connected(client());
    expect(connection.socket_id).toMatch(/^\d+\.\d+$/);
  },

  async "a client with an unknown key is refused with 4001 and stays away"({ client }) {
    const lost = client(undefined, {}, "nobody");
    const errors = hear(lost.connection, "error");
    await next(lost.connection, "disconnected");
    expect(JSON.stringify(errors)).toContain("4001");
  },

  async "a public channel carries events of every shape"({ client, backend }) {
    const reader = client();
    const heard = hear(await subscribed(reader, "news"), "headline");
    for (const data of [{ a: [1, "ż", null] }, "plain text", 7, [], "{}"])
      await backend.trigger("news", "headline", data);
    await settled(backend, reader);
    expect(heard).toEqual([{ a: [1, "ż", null] }, "plain text", 7, [], {}]);
  },

  async "a client that has unsubscribed hears nothing more"({ client, backend }) {
    const reader = client();
    const heard = hear(await subscribed(reader, "news"), "headline");
    reader.unsubscribe("news");
    await settled(backend, reader);
    await backend.trigger("news", "headline", {});
    await settled(backend, reader);
    expect(heard).toEqual([]);
  },

  async "a private channel opens to whom the backend lets in"({ client, backend }) {
    const channel = await subscribed(client("ann"), "private-room");
    const event = next(channel, "e");
    await backend.trigger("private-room", "e", { a: 1 });
    expect(await event).toEqual({ a: 1 });
  },

  async "a private channel stays closed to whom the backend refuses"({ client }) {
    const channel = client("ann").subscribe("private-secret");
    expect(await next(channel, "pusher:subscription_error")).toMatchObject({ type: "AuthError", status: 403 });
    expect(channel.subscribed).toBe(false);
  },

  async "a private channel stays closed to a wrong signature, and the connection stays open"({ client, backend }) {
    const forged = { auth: `app-key:${"0".repeat(64)}` };
    const forger = client("ann", {
      channelAuthorization: { customHandler: (_: unknown, done: Done) => done(null, forged) },
    });
    const channel = forger.subscribe("private-room");
    expect(await next(channel, "pusher:subscription_error")).toMatchObject({ type: "AuthError", status: 401 });
    await settled(backend, forger);
    expect(forger.connection.state).toBe("connected");
  },

  async "a presence channel knows its members, and hears of those who come and go"({ client }) {
    const ann = await subscribed(client("ann"), "presence-room");
    const added = next(ann, "pusher:member_added");
    const visitor = client("bob");
    const bob = await subscribed(visitor, "presence-room");
    expect(membersOf(bob)).toMatchObject({ count: 2, myID: "bob", me: { id: "bob", info: { name: "bob" } } });
    expect(await added).toEqual({ id: "bob", info: { name: "bob" } });
    expect(membersOf(ann).get("bob")).toEqual({ id: "bob", info: { name: "bob" } });
    const removed = next(ann, "pusher:member_removed");
    visitor.disconnect();
    expect(await removed).toEqual({ id: "bob", info: { name: "bob" } });
    expect(membersOf(ann)).toMatchObject({ count: 1, myID: "ann" });
  },

  async "a presence channel has one member for two devices of a user"({ client, backend }) {
    const [watcher, one, two] = [client("bob"), client("ann"), client("ann")];
    const room = await subscribed(watcher, "presence-room");
    const [added, removed] = [hear(room, "pusher:member_added"), hear(room, "pusher:member_removed")];
    await subscribed(one, "presence-room");
    expect(membersOf(await subscribed(two, "presence-room"))).toMatchObject({ count: 2, myID: "ann" });
    one.disconnect();
    await settled(backend, watcher, two);
    expect(added).toEqual([{ id: "ann", info: { name: "ann" } }]);
    expect(removed).toEqual([]);
    const gone = next(room, "pusher:member_removed");
    two.disconnect();
    expect(await gone).toMatchObject({ id: "ann" });
  },

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

  async "a backend asks which channels are occupied, and by whom"({ client, backend }) {
    await subscribed(client("ann"), "presence-room");
    const ask = async (path: string, params = {}) => (await backend.get({ path, params })).json();
    expect(await ask("/channels", { filter_by_prefix: "presence-", info: "user_count" })).toEqual({
      channels: { "presence-room": { user_count: 1 } },
    });
    expect(await ask("/channels/presence-room")).toEqual({ occupied: true });
    expect(await ask("/channels/presence-room/users")).toEqual({ users: [{ id: "ann" }] });
  },

  async "a user signs in by the endpoint"({ client }) {
    const ann = client("ann");
    ann.signin();
    await ann.user.signinDonePromise;
    expect(ann.user.user_data).toEqual({ id: "ann", user_info: { name: "ann" } });
  },

  async "a user signs in by a custom handler"({ client, backend }) {
    const customHandler = ({ socketId }: { socketId: string }, done: Done): void =>
      done(null, backend.authenticateUser(socketId, { id: "ann", name: "Ann" }));
    const ann = client(undefined, { userAuthentication: { customHandler } });
    const success = next(ann, "pusher:signin_success");
    ann.signin();
    expect(JSON.parse((await success).user_data)).toEqual({ id: "ann", name: "Ann" });
    await ann.user.signinDonePromise;
    expect(ann.user.user_data).toEqual({ id: "ann", name: "Ann" });
  },

  async "a sign-in that the backend refuses is told to the user, with the status"({ client }) {
    const nobody = client();
    const refused = next(nobody.user, "pusher:signin_error");
    nobody.signin();
    expect(await refused).toMatchObject({ type: "AuthError", status: 403 });
    await nobody.user.signinDonePromise;
    expect(nobody.user.user_data).toBeNull();
    expect(nobody.connection.state).toBe("connected");
  },

  async "a sign-in that the server refuses is an error, and the connection stays open"({ client, backend }) {
    const forged = { auth: `app-key:${"0".repeat(64)}`, user_data: '{"id":"ann"}' };
    const forger = client(undefined, {
      userAuthentication: { customHandler: (_: unknown, done: Done) => done(null, forged) },
    });
    const refused = next(forger, "pusher:error");
    forger.signin();
    expect(await refused).toMatchObject({ code: 4009, message: expect.stringContaining("HMAC-SHA256") });
    await settled(backend, forger);
    expect(forger.connection.state).toBe("connected");
    expect(forger.user.user_data).toBeNull();
  },

  async "an event for a user reaches both devices, once each, and nobody else"({ client, backend }) {
    const devices = await Promise.all([signedIn(client("ann")), signedIn(client("ann"))]);
    const bob = await signedIn(client("bob"));
    const heard = devices.map((device) => hear(device.user, "hello"));
    const heardByBob = hear(bob.user, "hello");
    await backend.sendToUser("ann", "hello", { text: "hi" });
    await settled(backend, ...devices, bob);
    expect(heard).toEqual([[{ text: "hi" }], [{ text: "hi" }]]);
    expect(heardByBob).toEqual([]);
  },

  async "a user whose connections are ended is out with 4009 on both devices, and stays out"({ client, backend }) {
    const devices = await Promise.all([signedIn(client("ann")), signedIn(client("ann"))]);
    const bob = await signedIn(client("bob"));
    const errors = devices.map(({ connection }) => hear(connection, "error"));
    const retries = devices.map(({ connection }) => hear(connection, "connecting_in"));
    const gone = devices.map(({ connection }) => next(connection, "disconnected"));
    await backend.terminateUserConnections("ann");
    await Promise.all(gone);
    for (const said of errors) expect(JSON.stringify(said)).toContain("4009");
    for (const device of devices) expect(device.connection.state).toBe("disconnected");
    expect(retries).toEqual([[], []]);
    expect(bob.connection.state).toBe("connected");
  },

  async "a user whose connections were ended can come back"({ client, backend }) {
    const ann = await signedIn(client("ann"));
    const gone = next(ann.connection, "disconnected");
    await backend.terminateUserConnections("ann");
    await gone;
    const back = next(ann, "pusher:signin_success");
    ann.connect();
    await back;
    const hello = next(ann.user, "hello");
    await backend.sendToUser("ann", "hello", 1);
    expect(await hello).toBe(1);
  },

  async "a client whose connection dropped connects, signs in and subscribes again by itself"({
    client,
    backend,
    network,
  }) {
    const line = await network();
    const ann = await signedIn(client("ann", { wsPort: line.port }));
    const channel = await subscribed(ann, "private-room");
    const before = ann.connection.socket_id;
    const again = Promise.all([next(ann, "pusher:signin_success"), next(channel, "pusher:subscription_succeeded")]);
    line.cut();
    await again;
    expect(ann.connection.socket_id).not.toBe(before);
    const heard = [next(ann.user, "hello"), next(channel, "e")];
    await backend.sendToUser("ann", "hello", 1);
    await backend.trigger("private-room", "e", 2);
    expect(await Promise.all(heard)).toEqual([1, 2]);
  },
};

type Done = (error: Error | null, data: object | null) => void;

interface Members {
  readonly count: number;
  readonly myID: string;
  get(id: string): unknown;
}

function membersOf(channel: object): Members {
  return (channel as { members: Members }).members;
}
