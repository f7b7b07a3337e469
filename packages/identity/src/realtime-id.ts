import type { AuthData } from "./auth-handler.ts";

/**
 * The id by which the realtime server knows a user. Of several tables each has its own ids, so the table is part of it: the user 1 of
 * `admin` is `admin.1`, and nobody else.
 */
export function realtimeId({ userId, table }: Pick<AuthData, "userId" | "table">): string {
  return table ? `${table}.${userId}` : userId;
}
