import type { Plays } from "../stage.ts";

/** How our client differs in a case. */
interface Deviation {
  readonly why: string;
  /** What is so instead. Fails once our client does as the official one; then this entry goes. */
  readonly ours: Plays[string];
}

/** By the sentence of the case. */
export type Deviations = Readonly<Record<string, Deviation>>;
