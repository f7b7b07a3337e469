import { limits, parseJson } from "@usher/protocol";
import type { BatchEvent } from "./events.ts";
import { logError } from "./log-error.ts";

/** How far a batch has come that needs several requests. */
export interface BatchProgress {
  /** Events whose part has been answered, well or badly. */
  readonly done: number;
  readonly total: number;
  /** Those of them that were refused or got no answer. */
  readonly failed: number;
}

/** How a batch is sent. */
export interface BatchOptions {
  /** Hears after each part of ten events. */
  readonly onProgress?: ((progress: BatchProgress) => void) | undefined;
  /** Sends no further part, and gives the one under way up. */
  readonly signal?: AbortSignal | undefined;
}

/** One part of a batch that is not known to be accepted. */
export interface FailedPart {
  /** Where it begins in the batch. */
  readonly from: number;
  readonly events: readonly BatchEvent[];
  /** A `RequestError`, or why it was not tried. */
  readonly error: unknown;
}

/**
 * Some parts of a batch were not accepted, or nobody knows whether they were: with a `status`, the server has refused a part; without, no
 * answer came. All others were accepted.
 */
export class BatchError extends Error {
  override readonly name = "BatchError";
  readonly failed: readonly FailedPart[];

  constructor(failed: readonly FailedPart[], total: number) {
    const count = failed.reduce((sum, { events }) => sum + events.length, 0);
    super(`${count} of ${total} events were not accepted: ${reasonOf(failed[0])}`, { cause: failed[0]?.error });
    this.failed = failed;
  }
}

/**
 * Sends a batch of any length in parts of ten, one after the other, so that events keep their order. A part that is refused does not
 * keep the others back.
 *
 * @param send makes the request for one part of the bodies
 * @returns the answer to all, as if it were one. Rejects with what `send` threw if there was one part, else with a BatchError
 */
export async function sendInParts(
  batch: readonly BatchEvent[],
  bodies: readonly object[],
  { onProgress, signal }: BatchOptions,
  send: (part: readonly object[]) => Promise<Response>,
): Promise<Response> {
  const size = limits.eventsPerBatch;
  const total = batch.length;
  if (total <= size) {
    const answer = await send(bodies);
    tell(onProgress, { done: total, total, failed: 0 });
    return answer;
  }
  const answers: (readonly unknown[] | undefined)[] = [];
  const failed: FailedPart[] = [];
  for (let from = 0; from < total; from += size) {
    const events = batch.slice(from, from + size);
    try {
      signal?.throwIfAborted();
      const answer = await send(bodies.slice(from, from + size));
      answers.push((parseJson(await answer.text()) as { batch?: readonly unknown[] } | undefined)?.batch);
    } catch (error) {
      failed.push({ from, events, error });
    }
    const lost = failed.reduce((sum, part) => sum + part.events.length, 0);
    tell(onProgress, { done: from + events.length, total, failed: lost });
  }
  if (failed.length > 0) throw new BatchError(failed, total);
  if (answers.every((answer) => answer === undefined)) return Response.json({});
  return Response.json({ batch: batch.map((_, at) => answers[Math.floor(at / size)]?.[at % size] ?? {}) });
}

/** What a listener throws is its own affair: the events go on. */
function tell(onProgress: BatchOptions["onProgress"], progress: BatchProgress): void {
  try {
    onProgress?.(progress);
  } catch (error) {
    logError(error);
  }
}

function reasonOf(part: FailedPart | undefined): string {
  return part?.error instanceof Error ? part.error.message : String(part?.error);
}
