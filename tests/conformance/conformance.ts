import { cache } from "./cases/cache.ts";
import { channels } from "./cases/channels.ts";
import { clientEvents } from "./cases/client-events.ts";
import { connections } from "./cases/connections.ts";
import { encryption } from "./cases/encryption.ts";
import { presence } from "./cases/presence.ts";
import { publishing } from "./cases/publishing.ts";
import { refusedSignIns, users } from "./cases/users.ts";
import { watchlist } from "./cases/watchlist.ts";
import { type Case, casesOf } from "./cast.ts";

/** Every case, for every client and backend that can play it. */
export const cases: readonly Case[] = [
  ...casesOf(connections),
  ...casesOf(channels),
  ...casesOf(presence),
  ...casesOf(publishing),
  ...casesOf(cache),
  ...casesOf(clientEvents),
  ...casesOf(users),
  ...casesOf(refusedSignIns, "the event pusher:signin_error"),
  ...casesOf(watchlist),
  ...casesOf(encryption, "encryption"),
];
