import { expect } from "vitest";
import type { Plays } from "../cast.ts";
import { all, type Echo, echoOver, first, type WhisperingChannel } from "../echo.ts";
import { fresh, type Stage, settled } from "../stage.ts";

export const people: Plays = {
  async "here, joining and leaving tell who is in a presence channel"({ client }) {
    const name = fresh("room.");
    const room = echoOver(client("ann")).join(name);
    expect(await first((tell) => room.here(tell))).toEqual([{ name: "ann" }]);
    const [joining, leaving] = [first((tell) => room.joining(tell)), first((tell) => room.leaving(tell))];
    const echo = echoOver(client("bob"));
    const here = await first((tell) => echo.join(name).here(tell));
    expect(here).toHaveLength(2);
    expect(here).toEqual(expect.arrayContaining([{ name: "ann" }, { name: "bob" }]));
    expect(await joining).toEqual({ name: "bob" });
    echo.leave(name);
    expect(await leaving).toEqual({ name: "bob" });
  },

  async "whisper is heard by the others in a private channel, and not by who whispers"(stage) {
    const name = fresh("room.");
    await whispers(stage, (echo) => echo.private(name));
  },

  async "whisper is heard by the others in a presence channel, and not by who whispers"(stage) {
    const name = fresh("room.");
    await whispers(stage, (echo) => echo.join(name));
  },

  async "signin signs the user in, whose events come by the client"({ client, backend }) {
    const user = fresh("ann-");
    const { connector } = echoOver(client(user));
    connector.signin();
    const hello = first((tell) => connector.pusher.user.bind("hello", tell));
    await connector.pusher.user.signinDonePromise;
    expect(connector.pusher.user.user_data).toMatchObject({ id: user });
    await backend.sendToUser(user, "hello", { text: "hi" });
    expect(await hello).toEqual({ text: "hi" });
  },

  async "connectionStatus and onConnectionChange tell of the connection"({ client }) {
    const echo = echoOver(client());
    const changes: string[] = [];
    const connected = new Promise<void>((resolve) => {
      echo.connector.onConnectionChange((status) => {
        changes.push(status);
        if (status === "connected") resolve();
      });
    });
    expect(echo.connectionStatus()).toBe("connecting");
    await connected;
    expect(echo.connectionStatus()).toBe("connected");
    echo.disconnect();
    expect(echo.connectionStatus()).toBe("disconnected");
    expect(changes.at(-1)).toBe("disconnected");
  },
};

/** Ann whispers, bob hears it. @param enter goes into the same channel with either */
async function whispers({ client, backend }: Stage, enter: (echo: Echo) => WhisperingChannel): Promise<void> {
  const [ann, bob] = [client("ann"), client("bob")];
  const [from, to] = [enter(echoOver(ann)), enter(echoOver(bob))];
  const heardByAnn = all((tell) => from.listenForWhisper("typing", tell));
  const heard = first((tell) => to.listenForWhisper("typing", tell));
  await Promise.all([from, to].map((channel) => first((tell) => channel.subscribed(tell))));
  from.whisper("typing", { on: true });
  expect(await heard).toEqual({ on: true });
  await settled(backend, ann);
  expect(heardByAnn).toEqual([]);
}
