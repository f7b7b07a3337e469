import { describe, expect, test } from "vitest";
import type { ClientClass } from "./parties.ts";
import { type Plays, setStage } from "./stage.ts";

/** Declares a test for every case, and one that counts them. @param listed how many there must be */
export function perform(title: string, Client: ClientClass, plays: Plays, listed: number, of: number): void {
  describe(title, () => {
    let ran = 0;
    // By %s: $title would cut the sentence short.
    test.each(Object.entries(plays))("%s", async (_, play) => {
      await play(await setStage(Client));
      ran++;
    });

    test(`${listed} of ${of} cases ran`, () => expect(ran).toBe(listed));
  });
}
