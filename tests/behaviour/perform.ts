import { describe, expect, test } from "vitest";
import type { ClientClass } from "./parties.ts";
import { type Plays, setStage } from "./stage.ts";

/** Declares a test for every case that the client plays, and one that counts them. @param of how many cases there are */
export function perform(title: string, Client: ClientClass, plays: Plays, of: number): void {
  describe(title, () => {
    const listed = Object.entries(plays);
    let ran = 0;
    // By %s: $title would cut the sentence short.
    test.each(listed)("%s", async (_, play) => {
      await play(await setStage(Client));
      ran++;
    });

    test(`${listed.length} of ${of} cases ran`, () => {
      expect(ran).toBe(listed.length);
    });
  });
}
