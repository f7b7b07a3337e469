import { channels, undocumentedChannels } from "./deviations/channels.ts";
import { connection, undocumentedConnection } from "./deviations/connection.ts";
import type { Deviations } from "./deviations/deviation.ts";
import { undocumentedLog } from "./deviations/log.ts";
import { undocumentedUsers, users } from "./deviations/users.ts";

/** Where our client differs because we wanted it to. */
export const deliberate: Deviations = { ...connection, ...channels, ...users };

/** Where our client differs, and it stands in no document that it does, or why. */
export const undocumented: Deviations = {
  ...undocumentedConnection,
  ...undocumentedChannels,
  ...undocumentedUsers,
  ...undocumentedLog,
};
