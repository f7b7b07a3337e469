import type { Key } from "../../key.ts";
import type { Change, Replica } from "../roster.ts";

/** How a key stands in the store, all at one moment. */
export interface Snapshot {
  /** Empty if the store knows nothing of the bucket. */
  readonly epoch: string;
  /** For so many milliseconds who is missing may only be late: the store has lost its data, and not every node has told it again. */
  readonly settles: number;
  /** Of the last change of the key; 0 if nobody holds it. */
  readonly version: number;
  /** Of the last change of any key that is included. */
  readonly asOf: number;
  readonly held: boolean;
  readonly members: ReadonlyMap<string, string | undefined>;
}

/** A change as the store tells it. */
export interface Told {
  readonly epoch: string;
  /** The key's version before it; 0 if nobody held it. */
  readonly before: number;
  readonly version: number;
  readonly kind: "added" | "removed" | "info";
  /** Of a channel's member; else it is about the key itself. */
  readonly userId: string | undefined;
  readonly info: string | undefined;
  /** Of a going: whether it is longer ago than anybody's grace. */
  readonly late: boolean;
}

/** What a copy makes of what it is told: changes to announce, something it knew, or that it has missed something. */
export type Applied = readonly Change[] | "known" | "gap";

const kinds: Readonly<Record<string, Told["kind"]>> = { "+": "added", "-": "removed", i: "info" };

/** @param message as the script `tell` writes it */
export function parseTold(message: string): Told {
  const [head = "", userId = "", ...info] = message.split("\n");
  const [epoch = "", before, version, kind = "", type] = head.split(" ");
  const text = info.join("\n");
  return {
    epoch,
    before: Number(before),
    version: Number(version),
    kind: kinds[kind] ?? "info",
    userId: type === "m" ? userId : undefined,
    info: text === "" || kind === "-" ? undefined : text,
    late: kind === "-" && text === "late",
  };
}

/** This node's copy of a key in the store: decides what is news, and what was missed. It neither asks nor waits. */
export class StoreReplica implements Replica {
  readonly key: Key;
  /** Until the store has answered for the first time, nothing is known. */
  #known = false;
  #epoch = "";
  #settling = false;
  #version = 0;
  #asOf = 0;
  #held = false;
  readonly #members = new Map<string, string | undefined>();

  /** Whether what it has first is news, too. */
  readonly #late: boolean;

  constructor(key: Key, late = false) {
    this.key = key;
    this.#late = late;
  }

  /** Every change up to this version is in it, whatever key it was about. */
  get asOf(): number {
    return this.#asOf;
  }

  get held(): boolean {
    return this.#held;
  }

  get members(): ReadonlyMap<string, string | undefined> {
    return this.#members;
  }

  get known(): boolean {
    return this.#known;
  }

  /** Whether goings are not believed for now. */
  get settling(): boolean {
    return this.#settling;
  }

  /** Whether the copy is what the store has at this version. */
  isAt(epoch: string, version: number): boolean {
    return this.#known && this.#epoch === epoch && (this.#version === version || (version === 0 && this.#isEmpty));
  }

  /** Whether it knows of changes that the store has lost. */
  isAheadOf({ epoch, asOf }: Snapshot): boolean {
    return this.#known && this.#epoch === epoch && this.#asOf > asOf;
  }

  /**
   * Takes over what the store has. In an epoch that is new to this copy, who is missing may only be late.
   *
   * @returns what is different from before; nothing the first time, unless the copy is late
   */
  reset(snapshot: Snapshot): readonly Change[] {
    const changes: Change[] = [];
    const settling = this.#known && (snapshot.settles > 0 || snapshot.epoch !== this.#epoch);
    const goings = settling ? () => {} : (change: Change) => void changes.push(change);
    for (const userId of this.#members.keys()) if (!snapshot.members.has(userId)) goings(this.#of(userId, "removed"));
    if (!snapshot.held && this.#held) goings(this.#own("removed"));
    if (snapshot.held && !this.#held) changes.push(this.#own("added"));
    for (const [userId, info] of snapshot.members) {
      if (!this.#members.has(userId)) changes.push(this.#of(userId, "added", info));
      else if (this.#members.get(userId) !== info) changes.push(this.#of(userId, "info", info));
    }
    const news = this.#known || this.#late ? changes : [];
    for (const change of changes) this.#change(change);
    this.#known = true;
    this.#epoch = snapshot.epoch;
    this.#settling = settling;
    this.#version = snapshot.version;
    this.#asOf = snapshot.asOf;
    return news;
  }

  /** Applies one change of the stream. */
  apply(told: Told): Applied {
    if (!this.#known || told.epoch !== this.#epoch) return "gap";
    if (told.version <= this.#asOf) return "known";
    const follows = told.before === this.#version || (told.before === 0 && this.#isEmpty);
    if (!follows && !this.#settling) return "gap";
    this.#version = told.version;
    this.#asOf = told.version;
    const { kind, userId, info, late } = told;
    if (kind === "removed" && this.#settling) return [];
    if (userId === undefined) return this.#news({ ...this.#own(kind), late });
    const isKnown = kind === "added" && this.#members.has(userId); // of an earlier epoch
    return this.#news({ ...this.#of(userId, isKnown ? "info" : kind, info), late });
  }

  #news(change: Change): readonly Change[] {
    return this.#change(change) ? [change] : [];
  }

  get #isEmpty(): boolean {
    return !this.#held && this.#members.size === 0;
  }

  #own(kind: Change["kind"]): Change {
    return { key: this.key, kind };
  }

  #of(userId: string, kind: Change["kind"], info?: string): Change {
    const { app, channel } = this.key as Extract<Key, { kind: "channel" }>; // others have no members
    return { key: { kind: "member", app, channel, userId }, kind, info };
  }

  /** @returns whether it made a difference */
  #change({ key, kind, info }: Change): boolean {
    if (key.kind !== "member") {
      const before = this.#held;
      this.#held = kind === "added";
      return before !== this.#held;
    }
    const { userId } = key;
    if (kind === "removed") return this.#members.delete(userId);
    if (this.#members.has(userId) && this.#members.get(userId) === info) return false;
    this.#members.set(userId, info);
    return true;
  }
}
