import type { Ability } from "./lacks.ts";
import type { BackendKind, ClientKind } from "./parties.ts";
import type { Stage } from "./stage.ts";

/** Sentences and their dialogues. */
export type Plays = Readonly<Record<string, (stage: Stage) => Promise<void>>>;

/** What any client and any backend library of the protocol must be able to do with the server. */
export interface Case {
  readonly title: string;
  readonly play: (stage: Stage) => Promise<void>;
  /** What the protocol leaves to the library, and some lack. */
  readonly needs: Ability | undefined;
}

export function casesOf(plays: Plays, needs?: Ability): readonly Case[] {
  return Object.entries(plays).map(([title, play]) => ({ title, play, needs }));
}

/** Whether the two can play the case. */
export function canPlay({ needs }: Case, ...cast: readonly (ClientKind | BackendKind)[]): boolean {
  return !cast.some(({ lacks }) => lacks.some(({ ability }) => ability === needs));
}
