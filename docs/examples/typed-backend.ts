import { Usher } from "@usher/app-server";
import type { AppEvents } from "./typed-events.ts";

const usher = new Usher<AppEvents>({
  appId: "app-id",
  key: "app-key",
  secret: "app-secret",
  host: "127.0.0.1",
  port: 6001,
});

export async function close(id: number, amount: number): Promise<void> {
  await usher.trigger(`private-order.${id}`, "paid", { amount });
  const { occupied, user_count } = await usher.channel("presence-room", { info: ["user_count"] });
  if (occupied) await usher.sendToUser("ann", "greeting", { text: `${user_count} are in the room` });
}
