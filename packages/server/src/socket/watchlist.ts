import { errors, type ServerFrame, type UserData } from "@usher/protocol";
import { type App, exceeds } from "../apps/app.ts";

/** Whom the user watches: as many as the app lets it, if it lets it at all. */
export function watchlistOf(
  { users }: App,
  { watchlist = [] }: UserData,
): { ids: readonly string[]; tooMany: boolean } {
  if (!users.watchlist) return { ids: [], tooMany: false };
  const tooMany = exceeds(watchlist.length, users.watchlistLimit);
  return { ids: tooMany ? watchlist.slice(0, users.watchlistLimit) : watchlist, tooMany };
}

/** What a user hears who wants to watch more. */
export function watchlistTooLong({ users }: App): ServerFrame {
  const message = `A watchlist may have ${users.watchlistLimit} ids: only the first ${users.watchlistLimit} are watched`;
  return { event: "pusher:error", data: { code: errors.watchlistTooLong.code, message } };
}
