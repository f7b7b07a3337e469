import { describe, expect, test } from "vitest";
import { cases, sections } from "./behaviour.ts";
import { deliberate, smaller } from "./deviations.ts";
import { missing } from "./missing.ts";
import { ours } from "./parties.ts";
import { perform } from "./perform.ts";
import type { Plays } from "./stage.ts";

const count = Object.keys(cases).length;
const deviations = { ...deliberate, ...smaller };

perform("@usher/client", ours, ourCases(), count);

/** The same cases, but for those that our client cannot play; where it differs it plays its own. */
function ourCases(): Plays {
  return Object.fromEntries(
    Object.entries(cases)
      .filter(([title]) => missing[title] === undefined)
      .map(([title, play]) => {
        const deviation = deviations[title];
        return deviation ? [`not "${title}": ${deviation.why}`, deviation.ours] : [title, play];
      }),
  );
}

describe("the tables", () => {
  test("no two cases have the same sentence", () => {
    expect(sections.flatMap((section) => Object.keys(section))).toHaveLength(count);
  });

  test("every sentence in a table is that of a case, and stands in one of them", () => {
    const listed = [deliberate, smaller, missing].flatMap((table) => Object.keys(table));
    expect(listed.filter((title) => cases[title] === undefined)).toEqual([]);
    expect(new Set(listed).size).toBe(listed.length);
  });
});
