import { z } from "zod";
import { nearest } from "./nearest.ts";

/** The words in which the settings are described: what each may be, and what is said where it is not. */

/** Settings of one section; an unknown one is refused with the known one that it was probably meant to be. */
export function section<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape, z.core.$strict> {
  return z.strictObject(shape, {
    error(issue) {
      if (issue.code === "invalid_type") return "must be an object of settings";
      if (issue.code !== "unrecognized_keys") return undefined;
      const unknown = (issue as unknown as { keys: string[] }).keys[0] ?? "";
      const known = Object.keys(shape);
      const meant = nearest(unknown, known);
      const hint = meant === undefined ? `there are ${known.join(", ")}` : `did you mean ${JSON.stringify(meant)}?`;
      return `unknown setting ${JSON.stringify(unknown)}; ${hint}`;
    },
  });
}

/** What is said of a value that is not of its kind, or not there. */
function kind(sentence: string): { error: (issue: { input?: unknown }) => string } {
  return { error: ({ input }) => (input === undefined ? "is missing" : sentence) };
}

export const string: z.ZodString = z.string(kind("must be a string"));
export const text: z.ZodString = string.min(1, "must not be empty");
export const flag: z.ZodBoolean = z.boolean("must be true or false");
/** Ids and keys stand in URLs and topics: no slash, no colon, nothing that must be escaped, no step up. */
export const urlSafe: z.ZodString = string.regex(/^(?!\.{1,2}$)[A-Za-z0-9_.-]+$/, "must be letters, digits, _, . or -");
export const limit: z.ZodNumber = wholeNumber(0, Number.MAX_SAFE_INTEGER, "must be a whole number, 0 for no limit");

/** A whole number in a range, both ends included. */
export function wholeNumber(least: number, most: number, sentence: string): z.ZodNumber {
  return z.number(kind(sentence)).int(sentence).min(least, sentence).max(most, sentence);
}
