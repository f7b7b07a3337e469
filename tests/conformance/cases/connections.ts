import { expect } from "vitest";
import type { Plays } from "../cast.ts";
import { connected, hear, next, signedIn, subscribed } from "../stage.ts";

export const connections: Plays = {
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
