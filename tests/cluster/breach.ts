/** A place in the code of the server, as it is built, and what stands there instead. */
interface Edit {
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly is: string;
  readonly becomes: string;
}

/** What a server would do that breaks a law of the cluster, and the seeds that notice it. */
export interface Breach {
  readonly law: string;
  readonly does: string;
  readonly edits: readonly Edit[];
  /** Tried one after the other, until one is noticed. */
  readonly seeds: readonly number[];
}
