import { expect } from "vitest";
import type { Plays } from "../cast.ts";
import { type Done, hear, next, settled, signedIn } from "../stage.ts";

export const users: Plays = {
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
};

/** Of clients that tell the app of it. */
export const refusedSignIns: Plays = {
  async "a sign-in that the backend refuses is told to the user, with the status"({ client }) {
    const nobody = client();
    const refused = next(nobody.user, "pusher:signin_error");
    nobody.signin();
    expect(await refused).toMatchObject({ type: "AuthError", status: 403 });
    await nobody.user.signinDonePromise;
    expect(nobody.user.user_data).toBeNull();
    expect(nobody.connection.state).toBe("connected");
  },
};
