import type { Key } from "../../key.ts";

/** A hold or a release, as the script wants it: act, type, channel or user, member, info, limit or grace, flags. */
export type Act = readonly [
  act: "+" | "-",
  type: "c" | "m" | "u",
  name: string,
  userId: string,
  info: string,
  number: number,
  flags: string,
];

/** @param flags h: webhooks hear of the app, a: held in an earlier life */
export function actOn(act: "+" | "-", key: Key, info: string, number: number, flags: string): Act {
  switch (key.kind) {
    case "user":
      return [act, "u", key.userId, "", "", number, flags];
    case "channel":
      return [act, "c", key.channel, "", "", number, flags];
    case "member":
      return [act, "m", key.channel, key.userId, info, number, flags];
  }
}
