import { isRecord } from "@usher/protocol";
import { AuthError } from "./auth-error.ts";
import { type AuthEndpoint, requestAuth } from "./auth-request.ts";
import type {
  ChannelAuthorizationCallback,
  ChannelAuthorizationData,
  ChannelAuthorizationHandler,
} from "./authorize.ts";

/** So many channels are named in one request: a backend may refuse long bodies. */
const atOnce = 25;

/** A channel that waits for its signature. */
interface Wanted {
  readonly channelName: string;
  readonly callback: ChannelAuthorizationCallback;
}

/**
 * Asks for the signatures of all channels that are subscribed in one turn by one request, such as after a reconnect. For
 * `channelAuthorization: { customHandler: batchAuthorization({ endpoint }) }`.
 *
 * The request names them as `channel_name[]`; the answer holds `{ status, data }` or `{ status, error }` for each, by its name. An
 * endpoint that has never answered so, and refuses or answers something else, is asked one by one; if that succeeds, from then on.
 */
export function batchAuthorization(options: AuthEndpoint = {}): ChannelAuthorizationHandler {
  /** Socket id -> those who wait. */
  const waiting = new Map<string, Wanted[]>();
  /** Whether the endpoint knows what a batch is, once that is known. */
  let isUnderstood: boolean | undefined;

  const flush = (socketId: string): void => {
    const wanted = waiting.get(socketId) ?? [];
    waiting.delete(socketId);
    for (let from = 0; from < wanted.length; from += atOnce) void askFor(socketId, wanted.slice(from, from + atOnce));
  };

  const askFor = async (socketId: string, wanted: readonly Wanted[]): Promise<void> => {
    if (isUnderstood === false || wanted.length === 1) return each(socketId, wanted);
    try {
      const names = wanted.map(({ channelName }) => ["channel_name[]", channelName] as const);
      const answers = await ask(options, [["socket_id", socketId], ...names]);
      if (!wanted.every(({ channelName }) => isRecord(answers) && isAnswer(answers[channelName]))) throw notUnderstood;
      isUnderstood = true;
      for (const { channelName, callback } of wanted)
        settle(callback, channelName, (answers as Record<string, ChannelAnswer>)[channelName] as ChannelAnswer);
    } catch (error) {
      if (!isUnderstood && isAnswered(error)) return each(socketId, wanted);
      for (const { callback } of wanted) callback(error as Error, null);
    }
  };

  const each = (socketId: string, wanted: readonly Wanted[]): void => {
    for (const { channelName, callback } of wanted) {
      ask(options, [
        ["socket_id", socketId],
        ["channel_name", channelName],
      ]).then(
        (data) => {
          if (wanted.length > 1) isUnderstood = false; // it was asked for all of them before
          callback(null, data as ChannelAuthorizationData);
        },
        (error: Error) => callback(error, null),
      );
    }
  };

  return ({ socketId, channelName }, callback) => {
    const wanted = waiting.get(socketId);
    if (wanted) {
      wanted.push({ channelName, callback });
      return;
    }
    waiting.set(socketId, [{ channelName, callback }]);
    queueMicrotask(() => flush(socketId));
  };
}

/** What a batch's answer says of one channel. */
interface ChannelAnswer {
  readonly status: number;
  readonly data?: ChannelAuthorizationData;
  readonly error?: string;
}

const notUnderstood = new Error("The answer to a batch does not hold its channels");

function isAnswer(value: unknown): value is ChannelAnswer {
  return isRecord(value) && typeof value["status"] === "number";
}

/** Whether the endpoint was reached, and so may have refused what it does not know. */
function isAnswered(error: unknown): boolean {
  return error === notUnderstood || (error instanceof AuthError && error.status !== 0);
}

async function ask(options: AuthEndpoint, fields: readonly (readonly [string, string])[]): Promise<unknown> {
  const { signal } = new AbortController(); // a signature that comes too late is dropped by the channel
  return (await requestAuth("channel-authorization", "/pusher/auth", options, fields, signal)).value;
}

function settle(callback: ChannelAuthorizationCallback, name: string, { status, data, error }: ChannelAnswer): void {
  if (data) callback(null, data);
  else callback(new AuthError(error ?? `The endpoint refused ${name} with ${status}`, status), null);
}
