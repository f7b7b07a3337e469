import { channels, smallerChannels } from "./deviations/channels.ts";
import { connection, smallerConnection } from "./deviations/connection.ts";
import type { Deviations } from "./deviations/deviation.ts";
import { smallerLog } from "./deviations/log.ts";
import { smallerUsers, users } from "./deviations/users.ts";

/** Where our client differs because we wanted it to. */
export const deliberate: Deviations = { ...connection, ...channels, ...users };

/** Where it differs in what hardly an app will meet: docs/migrate-from-pusher-js.md has a list. */
export const smaller: Deviations = {
  ...smallerConnection,
  ...smallerChannels,
  ...smallerUsers,
  ...smallerLog,
};
