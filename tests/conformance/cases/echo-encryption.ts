import { expect } from "vitest";
import type { Plays } from "../cast.ts";
import { all, echoOver, first } from "../echo.ts";
import { ask, fresh, settled } from "../stage.ts";

export const encryption: Plays = {
  async "encryptedPrivate hears what the backend has encrypted"({ client, backend }) {
    const [ann, name] = [client("ann"), fresh("orders.")];
    const orders = echoOver(ann).encryptedPrivate(name);
    const shipped = all((tell) => orders.listen("OrderShipped", tell));
    await first((tell) => orders.subscribed(tell));
    for (const data of [{ order: 1 }, "two"]) {
      await backend.trigger(`private-encrypted-${name}`, String.raw`App\Events\OrderShipped`, data);
    }
    await settled(backend, ann);
    expect(shipped).toEqual([{ order: 1 }, "two"]);
  },

  async "leave leaves the encrypted channel too"({ client, backend }) {
    const [ann, name] = [client("ann"), fresh("orders.")];
    const echo = echoOver(ann);
    const orders = echo.encryptedPrivate(name);
    await first((tell) => orders.subscribed(tell));
    expect(await ask(backend, `/channels/private-encrypted-${name}`)).toEqual({ occupied: true });
    echo.leave(name);
    await settled(backend, ann);
    expect(await ask(backend, `/channels/private-encrypted-${name}`)).toEqual({ occupied: false });
  },
};
