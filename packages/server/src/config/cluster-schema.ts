import type { z } from "zod";
import { parseRedisAddress } from "../redis/address.ts";
import type { ClusterSettings } from "../redis/settings.ts";
import { section, string, urlSafe, wholeNumber } from "./schema.ts";

const redis = string.refine((url) => url === "" || parseRedisAddress(url) !== undefined, {
  message:
    "must be a URL such as redis://127.0.0.1:6379, redis-cluster://host:7000,host:7001 or redis-sentinel://host:26379/master",
});

/** The nodes that answer as one; docs/configuration.md says what each setting means. */
export const clusterSchema: z.ZodType<ClusterSettings> = section({
  redis: redis.default(""),
  name: urlSafe.default("usher"),
  leaseSeconds: wholeNumber(2, 300, "must be a whole number of seconds from 2 to 300").default(10),
});
