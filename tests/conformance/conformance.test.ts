import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cases } from "./conformance.ts";
import { backendKinds, clientKinds } from "./parties.ts";
import { otherNode, type RunningServer, serverKinds, startCommand } from "./servers.ts";
import { setStage } from "./stage.ts";

const combinations = serverKinds.length * clientKinds.length * backendKinds.length;
const listed = combinations * Object.keys(cases).length;
let ran = 0;

describe.each(serverKinds)("on $title", (serverKind) => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await serverKind.start();
  });
  afterAll(() => server.close());

  describe.each(clientKinds)("with the client $title", (clientKind) => {
    describe.each(backendKinds)("and the backend $title", (backendKind) => {
      test.each(Object.entries(cases))("%s", async (_, play) => {
        await play(await setStage(server, clientKind, backendKind));
        ran++;
      });
    });
  });
});

test("the server on Node 24 has either its fast engine, or says in its log why not", async () => {
  const server = await startCommand(otherNode());
  await server.close();
  const [first, last] = [server.log.at(0), server.log.at(-1)];
  if (last?.transport === "node") expect(first?.reason).toMatch(/uWS|GLIBC/);
  else expect(last?.transport).toBe("uws");
});

test("every case ran with every client and backend on every server", () => {
  expect(combinations).toBe(12);
  expect(ran).toBe(listed);
});
