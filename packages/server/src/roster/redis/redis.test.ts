import { describe } from "vitest";
import { onRedis } from "../../testing/redis-node.ts";
import { rosterContract, sharedRosterContract } from "../roster.contract.ts";
import { RedisRoster } from "./redis.ts";

describe("the redis roster", () => {
  const redis = onRedis();

  async function node(cluster: string) {
    const parts = await redis.node(cluster);
    const apps = ["a", "b"].map((id) => ({ id, hears: true }));
    return { roster: new RedisRoster({ ...parts, apps, grace: 3000 }), node: parts.membership.node };
  }

  rosterContract(() => node(redis.cluster()));

  sharedRosterContract(async () => {
    const cluster = redis.cluster();
    return [await node(cluster), await node(cluster)];
  });
});
