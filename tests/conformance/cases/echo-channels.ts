import { expect } from "vitest";
import type { Plays } from "../cast.ts";
import { all, echoOver, first } from "../echo.ts";
import { ask, type Done, fresh, settled } from "../stage.ts";

export const channels: Plays = {
  async "listen hears the events of Laravel's namespace, and after a dot those of any other name"({ client, backend }) {
    const [ann, name] = [client(), fresh("orders.")];
    const orders = echoOver(ann).channel(name);
    const [shipped, paid] = [
      all((tell) => orders.listen("OrderShipped", tell)),
      all((tell) => orders.listen(".paid", tell)),
    ];
    await first((tell) => orders.subscribed(tell));
    await backend.trigger(name, String.raw`App\Events\OrderShipped`, { order: 1 });
    await backend.trigger(name, "paid", { order: 2 });
    await settled(backend, ann);
    expect([shipped, paid]).toEqual([[{ order: 1 }], [{ order: 2 }]]);
  },

  async "listenToAll hears every event with its name, until stopListeningToAll"({ client, backend }) {
    const [ann, name] = [client(), fresh("orders.")];
    const orders = echoOver(ann).channel(name);
    const heard: unknown[] = [];
    orders.listenToAll((...said: unknown[]) => heard.push(said));
    await first((tell) => orders.subscribed(tell));
    await backend.trigger(name, String.raw`App\Events\OrderShipped`, 1);
    await backend.trigger(name, "paid", 2);
    await settled(backend, ann);
    orders.stopListeningToAll();
    await backend.trigger(name, "paid", 3);
    await settled(backend, ann);
    expect(heard).toEqual([
      ["OrderShipped", 1],
      [".paid", 2],
    ]);
  },

  async "stopListening hears nothing more"({ client, backend }) {
    const [ann, name] = [client(), fresh("orders.")];
    const orders = echoOver(ann).channel(name);
    const shipped = all((tell) => orders.listen("OrderShipped", tell));
    await first((tell) => orders.subscribed(tell));
    orders.stopListening("OrderShipped");
    await backend.trigger(name, String.raw`App\Events\OrderShipped`, {});
    await settled(backend, ann);
    expect(shipped).toEqual([]);
  },

  async "private lets in whom the backend lets in"({ client, backend }) {
    const name = fresh("orders.");
    const orders = echoOver(client("ann")).private(name);
    const shipped = first((tell) => orders.listen("OrderShipped", tell));
    await first((tell) => orders.subscribed(tell));
    await backend.trigger(`private-${name}`, String.raw`App\Events\OrderShipped`, { order: 1 });
    expect(await shipped).toEqual({ order: 1 });
  },

  async "error tells of a private channel that the backend keeps closed"({ client }) {
    const secret = echoOver(client("ann")).private("secret");
    expect(await first((tell) => secret.error(tell))).toMatchObject({ type: "AuthError", status: 403 });
  },

  async "error tells of a private channel that the server keeps closed"({ client }) {
    const forged = { auth: `app-key:${"0".repeat(64)}` };
    const customHandler = (_: unknown, done: Done): void => done(null, forged);
    const orders = echoOver(client("ann", { channelAuthorization: { customHandler } })).private(fresh("orders."));
    expect(await first((tell) => orders.error(tell))).toMatchObject({ type: "AuthError", status: 401 });
  },

  async "notification hears what Laravel broadcasts to a user"({ client, backend }) {
    const name = fresh("App.Models.User.");
    const user = echoOver(client("ann")).private(name);
    const notified = first((tell) => user.notification(tell));
    await first((tell) => user.subscribed(tell));
    const event = String.raw`Illuminate\Notifications\Events\BroadcastNotificationCreated`;
    await backend.trigger(`private-${name}`, event, { type: "InvoicePaid", id: "1" });
    expect(await notified).toEqual({ type: "InvoicePaid", id: "1" });
  },

  async "leave leaves the public, the private and the presence channel of the name"({ client, backend }) {
    const [ann, name] = [client("ann"), fresh("orders.")];
    const echo = echoOver(ann);
    const joined = [echo.channel(name), echo.private(name), echo.join(name)];
    const heard = joined.map((channel) => all((tell) => channel.listen(".e", tell)));
    await Promise.all(joined.map((channel) => first((tell) => channel.subscribed(tell))));
    const room = echoOver(client("bob")).join(name);
    await first((tell) => room.here(tell));
    const leaving = first((tell) => room.leaving(tell));
    echo.leave(name);
    expect(await leaving).toEqual({ name: "ann" });
    await settled(backend, ann);
    for (const left of [name, `private-${name}`])
      expect(await ask(backend, `/channels/${left}`)).toEqual({ occupied: false });
    await backend.trigger([name, `private-${name}`, `presence-${name}`], "e", {});
    await settled(backend, ann);
    expect(heard).toEqual([[], [], []]);
  },

  async "socketId is what a backend names to leave out the one that asked"({ client, backend }) {
    const [ann, bob, name] = [client(), client(), fresh("orders.")];
    const echo = echoOver(ann);
    const joined = [echo.channel(name), echoOver(bob).channel(name)];
    const [heardByAnn, heardByBob] = joined.map((channel) => all((tell) => channel.listen(".e", tell)));
    await Promise.all(joined.map((channel) => first((tell) => channel.subscribed(tell))));
    // As Laravel's toOthers() does with the header X-Socket-ID.
    await backend.trigger(name, "e", 1, { socket_id: String(echo.socketId()) });
    await settled(backend, ann, bob);
    expect([heardByAnn, heardByBob]).toEqual([[], [1]]);
  },
};
