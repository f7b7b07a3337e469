import { expect } from "vitest";
import type { Dialogue } from "./dialogue.ts";
import type { Peer } from "./fake-server.ts";

/** A user, and what the app's server signs for her. */
export const ann = { id: "ann", user_info: { name: "Ann" } };
export const signed = { auth: "app-key:00", user_data: JSON.stringify(ann) };

/** Answers her sign-in that is under way, up to where her channel is asked for. */
export async function accept({ endpoint }: Pick<Dialogue, "endpoint">, peer: Peer): Promise<void> {
  (await endpoint.next()).json(signed);
  expect(await peer.next()).toEqual({ event: "pusher:signin", data: signed });
  peer.send("pusher:signin_success", { user_data: signed.user_data });
  expect(await peer.next()).toEqual({ event: "pusher:subscribe", data: { auth: "", channel: "#server-to-user-ann" } });
}
