import { vi } from "vitest";
import type { AppInput } from "../config/config.ts";
import type { ServerParts } from "../server.ts";
import { onRedis } from "./redis-node.ts";
import { ask, type Reached, type Served, serve } from "./serve.ts";

/** Nodes on a redis-server of their own, for the tests of one file. Each test has a cluster of its own. */
export function dialogue(parts: ServerParts = {}) {
  const redis = onRedis();
  let name: string | undefined;
  return {
    get redis() {
      return redis.server;
    },
    /** A node of the test's cluster that reaches redis by another way. */
    async nodeBy(port: number, leaseSeconds = 10): Promise<Served> {
      const cluster = { redis: `redis://127.0.0.1:${port}`, name: redis.current(), leaseSeconds };
      return serve({ cluster }, parts);
    },
    /** So many nodes of the test's cluster. @param app what is special about the app of all of them */
    async nodes<Count extends number>(
      count: Count,
      app: Partial<AppInput> = {},
      leaseSeconds = 10,
    ): Promise<Nodes<Count>> {
      const { currentTestName } = (await import("vitest")).expect.getState();
      if (name !== currentTestName) redis.cluster();
      name = currentTestName;
      const apps = [{ id: "app-id", key: "app-key", secret: "app-secret", ...app }];
      const cluster = { redis: redis.server.url, name: redis.current(), leaseSeconds };
      const nodes: Served[] = [];
      for (let at = 0; at < count; at++) nodes.push(await serve({ apps, cluster }, parts));
      return nodes as Nodes<Count>;
    },
  };
}

type Nodes<Count extends number> = Count extends 1
  ? [Served]
  : Count extends 2
    ? [Served, Served]
    : [Served, Served, Served];

/** Resolves when the node says that it is ready, with 200, or is not, with 503. */
export function becomes({ port }: Pick<Served, "port">, status: 200 | 503): Promise<unknown> {
  const answers = async (): Promise<boolean> => (await ask(port, "GET", "/ready")).status === status;
  return vi.waitUntil(answers, { timeout: 10_000, interval: 20 });
}

/** The members of presence-room, as the node answers. */
export async function usersOf(node: Reached): Promise<string[]> {
  const { body } = await node.request("GET", "/apps/app-id/channels/presence-room/users");
  return (body as { users: { id: string }[] }).users.map(({ id }) => id).sort();
}
