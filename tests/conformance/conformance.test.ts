import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cases } from "./conformance.ts";
import { backendKinds, clientKinds, officialBackend, officialClient } from "./parties.ts";
import { perform } from "./perform.ts";
import { otherNode, type RunningServer, startCommand, uwsServer } from "./servers.ts";
import { setStage } from "./stage.ts";

perform(cases, clientKinds, 18);

describe("what a library cannot do, and is not asked to", () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await uwsServer.start();
  });
  afterAll(() => server.close());

  const lacking = [
    ...clientKinds.map((client) => ({ ...client, cast: [client, officialBackend] as const })),
    ...backendKinds.map((backend) => ({ ...backend, cast: [officialClient, backend] as const })),
  ].flatMap(({ title, lacks, cast }) =>
    lacks.map((lack) => [`${title}: ${lack.ability}, ${lack.why}`, lack, cast] as const),
  );

  test.each(lacking)("%s", async (_, { proof }, [client, backend]) => {
    await proof(await setStage(server, client, backend));
  });
});

test("the server on Node 24 has either its fast engine, or says in its log why not", async () => {
  const server = await startCommand(otherNode());
  await server.close();
  const [first, last] = [server.log.at(0), server.log.at(-1)];
  if (last?.transport === "node") expect(first?.reason).toMatch(/uWS|GLIBC/);
  else expect(last?.transport).toBe("uws");
});
