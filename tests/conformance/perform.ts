import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Case, canPlay } from "./cast.ts";
import { backendKinds, type ClientKind } from "./parties.ts";
import { type RunningServer, type ServerKind, serverKinds as singleKinds } from "./servers.ts";
import { setStage } from "./stage.ts";

/**
 * Declares a test for every case with every server, and every client and backend that can play it; and one that counts them.
 *
 * @param combinations of a server, a client and a backend: as many as there must be
 * @param serverKinds servers that are alone, if nothing else is said
 */
export function perform(
  cases: readonly Case[],
  clientKinds: readonly ClientKind[],
  combinations: number,
  serverKinds: readonly ServerKind[] = singleKinds,
): void {
  let listed = 0;
  let ran = 0;

  describe.each(serverKinds)("on $title", (serverKind) => {
    let server: RunningServer;
    beforeAll(async () => {
      server = await serverKind.start();
    });
    afterAll(() => server.close());

    describe.each(clientKinds)("with the client $title", (clientKind) => {
      describe.each(backendKinds)("and the backend $title", (backendKind) => {
        const playable = cases.filter((each) => canPlay(each, clientKind, backendKind));
        listed += playable.length;
        // By %s: $title would cut the sentence short.
        test.each(playable.map(({ title, play }) => [title, play] as const))("%s", async (_, play) => {
          await play(await setStage(server, clientKind, backendKind));
          ran++;
        });
      });
    });
  });

  test("every case ran with every client and backend that can play it, on every server", () => {
    expect(serverKinds.length * clientKinds.length * backendKinds.length).toBe(combinations);
    expect(ran).toBe(listed);
  });
}
