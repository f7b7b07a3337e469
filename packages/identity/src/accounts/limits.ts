import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { APIError } from "../api-error.ts";

/** Counts attempts: any limiter of rate-limiter-flexible, so that several processes can count together. */
export interface RateLimiter {
  /** Rejects with what has `msBeforeNext` when there were too many. */
  consume(key: string): Promise<unknown>;
}

/** What an attempt is counted by; it fails if any limiter says so. */
export interface Limits {
  /** Of one account from one address. */
  readonly attempt: RateLimiter;
  /** Of one account from everywhere. */
  readonly account: RateLimiter;
  /** Of one address, whatever account. */
  readonly address: RateLimiter;
  /** Messages to one number: each costs money. */
  readonly message: RateLimiter;
  /** Messages to one number, or for one address, in a day. */
  readonly messagesADay: RateLimiter;
}

/**
 * Five a minute for an account from one address, a hundred a day for an account, sixty a minute from one address; a message a minute to a
 * number, ten a day to it or for one address. Counted in this process.
 */
export function memoryLimits(): Limits {
  return {
    attempt: new RateLimiterMemory({ points: 5, duration: 60 }),
    account: new RateLimiterMemory({ points: 100, duration: 86_400 }),
    address: new RateLimiterMemory({ points: 60, duration: 60 }),
    message: new RateLimiterMemory({ points: 1, duration: 60 }),
    messagesADay: new RateLimiterMemory({ points: 10, duration: 86_400 }),
  };
}

/** An attempt to sign in. @throws TooMany */
export async function countAttempt({ attempt, account, address }: Limits, name: string, from: string): Promise<void> {
  if (from !== "") await count(address, from);
  await count(attempt, `${name} ${from}`);
  await count(account, name);
}

/** A message to a telephone. @throws TooMany */
export async function countMessage({ message, messagesADay }: Limits, phone: string, from: string): Promise<void> {
  if (from !== "") await count(messagesADay, from);
  await count(message, phone);
  await count(messagesADay, phone);
}

async function count(limiter: RateLimiter, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    if (error instanceof Error) throw error; // the limiter itself is in trouble
    throw new TooMany(error instanceof RateLimiterRes ? error.msBeforeNext : 60_000);
  }
}

/** Too many attempts; the answer says after how many seconds another may be made. */
class TooMany extends APIError {
  readonly #wait: number;

  /** @param wait milliseconds */
  constructor(wait: number) {
    super("resource_exhausted", "Too many attempts: try again later");
    this.#wait = wait;
  }

  override toResponse(): Response {
    const response = super.toResponse();
    response.headers.set("retry-after", String(Math.ceil(this.#wait / 1000)));
    return response;
  }
}
