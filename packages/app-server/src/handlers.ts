import { type Channel, isUserId, type UserData } from "@usher/protocol";
import type { PresenceData } from "./answers.ts";
import { readChannelRequest, readUserRequest } from "./auth-request.ts";
import { createEndpoint } from "./endpoint.ts";
import { logError } from "./log-error.ts";
import { parseOrigins } from "./origin.ts";
import { Refusal } from "./refusal.ts";
import type { Usher } from "./usher.ts";

/** Who is calling; `null` is nobody who is known. Whatever else `getAuth` tells is handed on to `user` and `authorize`. */
export interface Caller {
  readonly userId: string | null;
}

/** A caller who is known. */
export type SignedIn<Auth extends Caller> = Auth & { readonly userId: string };

/** What an app may say of a user beside the id. */
export type UserDetails = Pick<UserData, "user_info" | "watchlist">;

export interface HandlersOptions<Auth extends Caller> {
  readonly usher: Pick<Usher, "authenticateUser" | "authorizeChannel">;
  /**
   * Finds out who is calling, by a cookie or by a token; the body has been read by then. A rejection means that it could not be found
   * out, and is answered with 503.
   */
  readonly getAuth: (request: Request) => Promise<Auth>;
  /** What others may see of the user, and whom the user watches. The id is always the caller's. */
  readonly user?: ((auth: SignedIn<Auth>) => UserDetails | Promise<UserDetails>) | undefined;
  /** Whether the caller may subscribe to the private or presence channel. In a presence channel the others see the `user_info`. */
  readonly authorize: (question: {
    readonly auth: SignedIn<Auth>;
    readonly channel: string;
    readonly request: Request;
  }) => Verdict | Promise<Verdict>;
  /** The other origins whose pages may ask, with credentials: exactly as browsers write them. None unless given. */
  readonly allowedOrigins?: readonly string[] | undefined;
  /** Hears what `getAuth`, `user` and `authorize` threw; the client does not. Writes to the console unless given. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

type Verdict = boolean | { readonly user_info?: unknown };

/** The two endpoints that clients call, ready for every framework that speaks fetch. */
export interface Handlers {
  /** Signs the caller in: `POST /pusher/user-auth`. */
  readonly userAuth: (request: Request) => Promise<Response>;
  /** Lets the caller subscribe: `POST /pusher/auth`. */
  readonly channelAuth: (request: Request) => Promise<Response>;
}

/**
 * Makes the endpoints that sign users in and authorize channels (protocol 3.7).
 *
 * They answer 200 with the signature, or a JSON `{ error }`: 400 for a malformed request, 403 for an unknown caller, a refused channel
 * or a foreign page, 405, 413, 415, 500 if `user` or `authorize` throws, and 503 if `getAuth` does.
 *
 * @throws Error if `allowedOrigins` holds what is not an origin
 */
export function createHandlers<Auth extends Caller>(options: HandlersOptions<Auth>): Handlers {
  const { usher, getAuth, user, authorize, allowedOrigins = [], onError = logError } = options;
  const endpoint = { origins: parseOrigins(allowedOrigins), onError };

  return {
    userAuth: createEndpoint(endpoint, async (request) => {
      const { socketId } = await readUserRequest(request);
      const auth = await signedIn(getAuth, request);
      const { user_info, watchlist } = (await user?.(auth)) ?? {};
      const userData = { id: auth.userId, user_info, ...(watchlist && { watchlist }) };
      return usher.authenticateUser(socketId, userData);
    }),

    channelAuth: createEndpoint(endpoint, async (request) => {
      const { socketId, channels, isBatch } = await readChannelRequest(request);
      const auth = await signedIn(getAuth, request);
      const sign = async (channel: Channel): Promise<object> => {
        const verdict = await authorize({ auth, channel: channel.name, request });
        if (!isGranted(verdict)) throw new Refusal(403, `You may not subscribe to ${channel.name}`);
        if (channel.kind !== "presence") return usher.authorizeChannel(socketId, channel.name);
        return usher.authorizeChannel(socketId, channel.name, memberData(auth.userId, verdict));
      };
      if (!isBatch) return sign(channels[0] as Channel);
      const answers = channels.map(async (channel) => [channel.name, await answerOf(() => sign(channel), onError)]);
      return Object.fromEntries(await Promise.all(answers));
    }),
  };
}

/** What a batch says of one channel: one that fails leaves the others as they are. */
async function answerOf(sign: () => Promise<object>, onError: (error: unknown) => void): Promise<object> {
  try {
    return { status: 200, data: await sign() };
  } catch (error) {
    if (error instanceof Refusal) return { status: error.status, error: error.message };
    onError(error);
    return { status: 500, error: "The app could not say whether you may subscribe" };
  }
}

async function signedIn<Auth extends Caller>(
  getAuth: HandlersOptions<Auth>["getAuth"],
  request: Request,
): Promise<SignedIn<Auth>> {
  const auth = await whoIsCalling(getAuth, request);
  if ((auth as Auth | null)?.userId == null) {
    throw new Refusal(403, "Sign in first: the request does not say who you are", { isAnonymous: true });
  }
  if (!isUserId(auth.userId)) throw new Error(`getAuth gave ${JSON.stringify(auth.userId)}, which cannot be a userId`);
  return auth as SignedIn<Auth>;
}

async function whoIsCalling<Auth>(getAuth: (request: Request) => Promise<Auth>, request: Request): Promise<Auth> {
  try {
    return await getAuth(request);
  } catch (cause) {
    throw new Refusal(503, "Who you are cannot be found out at the moment: try again later", { cause });
  }
}

/** Nothing but what was promised is a yes: neither an error that was returned, nor the answer of some other library. */
function isGranted(verdict: Verdict): verdict is true | { readonly user_info?: unknown } {
  if (typeof verdict !== "object" || verdict === null || Array.isArray(verdict)) return verdict === true;
  const isPlain = [Object.prototype, null].includes(Object.getPrototypeOf(verdict));
  if (isPlain && ("user_info" in verdict || Object.keys(verdict).length === 0)) return true;
  throw new Error(`authorize gave ${String(verdict)}, which is neither true, nor false, nor { user_info }`);
}

function memberData(userId: string, verdict: true | { readonly user_info?: unknown }): PresenceData {
  return verdict === true ? { user_id: userId } : { user_id: userId, user_info: verdict.user_info };
}
