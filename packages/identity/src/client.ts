/** What signing in and renewing answer. */
export interface TokenPair {
  readonly authToken: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly expiresIn: number;
}

export interface SessionOptions {
  /** Where a pair is renewed: `POST { refreshToken }`. */
  readonly refreshEndpoint: string;
  /** Nobody is signed in any more on this device: show the login. Called in each tab. */
  readonly onSignedOut?: (() => void) | undefined;
  /** Where the pair is kept; `localStorage` unless given, so that all tabs share it. */
  readonly storage?: Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined;
  /** Its name there; `usher-session` unless given. */
  readonly key?: string | undefined;
}

/** A pair as it is kept. */
interface Kept extends TokenPair {
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** Seconds before its end in which a token is renewed: it must last until it has arrived. */
const early = 30;

/**
 * Keeps the tokens of a page, and renews them. A refresh token is good for one use, so of all tabs one alone may use it: they agree by
 * `navigator.locks`.
 */
export class TokenSession {
  readonly #options: SessionOptions;
  readonly #key: string;
  /** The renewal that is under way in this page. */
  #renewal: Promise<string | null> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#key = options.key ?? "usher-session";
    globalThis.addEventListener?.("storage", (event) => {
      if ((event as StorageEvent).key === this.#key && (event as StorageEvent).newValue === null)
        options.onSignedOut?.();
    });
  }

  /** Somebody has signed in. */
  set({ authToken, refreshToken, expiresIn }: TokenPair): void {
    const kept: Kept = { authToken, refreshToken, expiresIn, expiresAt: Date.now() + expiresIn * 1000 };
    this.#storage.setItem(this.#key, JSON.stringify(kept));
  }

  /** Somebody has signed out; the other tabs hear of it. */
  clear(): void {
    this.#storage.removeItem(this.#key);
  }

  /**
   * The access token, renewed if it ends soon; null if nobody is signed in.
   *
   * @throws TypeError if it must be renewed, and the endpoint is not reached
   */
  async token(): Promise<string | null> {
    const kept = this.#kept();
    if (!kept) return null;
    return kept.expiresAt - Date.now() > early * 1000 ? kept.authToken : this.renew();
  }

  /** For `headersProvider` of the client: the token as a header, or none. */
  readonly headers = async (): Promise<Record<string, string>> => {
    const token = await this.token();
    return token === null ? {} : { authorization: `Bearer ${token}` };
  };

  /** For `onUnauthorized` of the client: the token is not good any more, whenever it would have ended. @returns whether there is another */
  readonly onUnauthorized = async (): Promise<boolean> => (await this.renew()) !== null;

  /** Renews the pair, once for all who ask meanwhile, in all tabs. @returns the new access token; null if nobody is signed in any more */
  renew(): Promise<string | null> {
    const before = this.#kept();
    this.#renewal ??= exclusively(this.#key, () => this.#renew(before)).finally(() => {
      this.#renewal = undefined;
    });
    return this.#renewal;
  }

  async #renew(before: Kept | undefined): Promise<string | null> {
    const kept = this.#kept();
    if (!kept) return null;
    if (kept.refreshToken !== before?.refreshToken) return kept.authToken; // another tab was first
    const answer = await fetch(this.#options.refreshEndpoint, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ refreshToken: kept.refreshToken }),
    });
    if (answer.ok) {
      const pair = (await answer.json()) as TokenPair;
      this.set(pair);
      return pair.authToken;
    }
    if (answer.status !== 401) throw new TypeError(`The session could not be renewed: ${answer.status}`);
    this.clear();
    this.#options.onSignedOut?.(); // the event is for the other tabs alone
    return null;
  }

  get #storage(): Pick<Storage, "getItem" | "setItem" | "removeItem"> {
    return this.#options.storage ?? localStorage;
  }

  #kept(): Kept | undefined {
    const text = this.#storage.getItem(this.#key);
    try {
      return text === null ? undefined : (JSON.parse(text) as Kept);
    } catch {
      return undefined;
    }
  }
}

/** Runs while no other tab runs what has this name; alone in its page where there are no locks. */
async function exclusively<Value>(name: string, run: () => Promise<Value>): Promise<Value> {
  const { locks } = (globalThis.navigator ?? {}) as { locks?: LockManager };
  if (!locks) return run();
  return locks.request(name, run) as Promise<Value>;
}
